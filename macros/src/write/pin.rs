//! Checks that the build has the runtime that an argument names.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::LitStr;
use syn::parse::{ParseStream, Parser};

use super::runtimes::Runtimes;
use crate::errors;

/// Expands `[runtimes] "name"` to the name, or to an error.
pub(crate) fn expand(tokens: TokenStream) -> TokenStream {
    let parser = |input: ParseStream<'_>| {
        let runtimes: Runtimes = input.parse()?;
        let name: LitStr = input.parse()?;
        if runtimes.has(&name)? {
            return Ok(name);
        }
        let value = name.value();
        let message = format!(
            "the runtime \"{value}\" is not compiled in: turn its feature on, as in\n\n    \
             portable = {{ version = \"0.1\", features = [\"{value}\"] }}\n"
        );
        Err(errors::at(name.span(), message))
    };
    match parser.parse2(tokens) {
        Ok(name) => name.into_token_stream(),
        Err(error) => error.to_compile_error(),
    }
}

#[cfg(test)]
mod tests {
    use super::expand;
    use crate::testing::{messages, tokens};

    fn pin(name: &str) -> proc_macro2::TokenStream {
        expand(tokens(&format!("[(\"tokio\" on) (\"smol\" off)] {name:?}")))
    }

    #[test]
    fn a_runtime_that_is_on_is_itself() {
        assert_eq!(pin("tokio").to_string(), "\"tokio\"");
    }

    #[test]
    fn a_runtime_that_is_off_is_an_error_that_shows_the_feature() {
        let found = messages(&pin("smol"));
        assert!(
            found[0].starts_with("the runtime \"smol\" is not compiled in"),
            "{found:?}"
        );
        assert!(found[0].contains("features = [\"smol\"]"), "{found:?}");
    }

    #[test]
    fn another_name_is_an_error_that_names_the_nearest() {
        let found = messages(&pin("tokyo"));
        assert!(found[0].contains("did you mean \"tokio\"?"), "{found:?}");
    }
}
