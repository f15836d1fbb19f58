//! The attributes of [`portable-tokio`]: [`main`](macro@main) and [`test`](macro@test). Use them from
//! there; this crate is an implementation detail.
//!
//! Each expands to the attribute of `portable` with the same name, and passes the path at which the
//! user's crate finds `portable-tokio` as the argument `crate`.
//!
//! [`portable-tokio`]: https://docs.rs/portable-tokio

// The examples do not run here, because `portable-tokio` is not a dependency: the examples that run
// are in `portable-tokio`, beside each attribute.

#![forbid(unsafe_code)]

use proc_macro::{Delimiter, Group, TokenStream, TokenTree};
use proc_macro_crate::{FoundCrate, crate_name};

/// The package whose name in the user's manifest is looked for.
const PACKAGE: &str = "portable-tokio";

/// The name of its library, which a crate sees that does not rename the package.
const LIBRARY: &str = "tokio";

/// Runs an `async fn`, such as a program's `main`, on a runtime of its own.
///
/// The arguments are those of `#[portable::main]`.
///
/// ```ignore
/// #[tokio::main(flavor = "current_thread")]
/// async fn main() {}
/// ```
#[proc_macro_attribute]
pub fn main(args: TokenStream, item: TokenStream) -> TokenStream {
    ours("main", args, item)
}

/// Makes a test of an `async fn`, which runs on every runtime in the build.
///
/// The arguments are those of `#[portable::test]`.
///
/// ```ignore
/// #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
/// async fn works() {}
/// ```
#[proc_macro_attribute]
pub fn test(args: TokenStream, item: TokenStream) -> TokenStream {
    ours("test", args, item)
}

/// Returns the item with the attribute of `portable` before it.
fn ours(name: &str, args: TokenStream, item: TokenStream) -> TokenStream {
    let value = value_of_crate(args.clone());
    // A value that is no path is an error, which the attribute of `portable` reports.
    let path = value.as_deref().and_then(as_path);
    let path = path.unwrap_or_else(found_path);
    let told: TokenStream = match value {
        Some(_) => TokenStream::new(),
        None => [tokens("crate = "), path.clone(), tokens(",")]
            .into_iter()
            .collect(),
    };
    let arguments = Group::new(Delimiter::Parenthesis, [told, args].into_iter().collect());
    let arguments = TokenTree::from(arguments).into();
    let attribute = [
        path,
        tokens("::__private::attributes::"),
        tokens(name),
        arguments,
    ];
    let attribute = Group::new(Delimiter::Bracket, attribute.into_iter().collect());
    [tokens("#"), TokenTree::from(attribute).into(), item]
        .into_iter()
        .collect()
}

/// Returns the value of the argument `crate`, if it is there.
fn value_of_crate(args: TokenStream) -> Option<Vec<TokenTree>> {
    let mut args = args.into_iter();
    loop {
        let argument = args.by_ref().take_while(|token| token.to_string() != ",");
        let argument: Vec<_> = argument.collect();
        match argument.as_slice() {
            // A second comma in a row, or the end.
            [] => return None,
            [key, equals, value @ ..]
                if key.to_string() == "crate" && equals.to_string() == "=" =>
            {
                return Some(value.to_vec());
            }
            _ => {}
        }
    }
}

/// Returns the path that is written out or in a string.
fn as_path(value: &[TokenTree]) -> Option<TokenStream> {
    let path: TokenStream = match value {
        [TokenTree::Literal(text)] => {
            let text = text.to_string();
            text.strip_prefix('"')?.strip_suffix('"')?.parse().ok()?
        }
        _ => value.iter().cloned().collect(),
    };
    let is_of_a_path = |token: &TokenTree| match token {
        TokenTree::Ident(_) => true,
        TokenTree::Punct(punct) => punct.as_char() == ':',
        // What a macro by example has put in.
        TokenTree::Group(group) => group.delimiter() == Delimiter::None,
        TokenTree::Literal(_) => false,
    };
    let is_path = !path.is_empty() && path.clone().into_iter().all(|token| is_of_a_path(&token));
    is_path.then_some(path)
}

/// Returns the path at which the user's crate finds the package.
fn found_path() -> TokenStream {
    let name = match crate_name(PACKAGE) {
        Ok(FoundCrate::Name(name)) if name != PACKAGE.replace('-', "_") => name,
        // The package is not renamed, or this is one of its own examples and tests.
        _ => LIBRARY.into(),
    };
    tokens(&format!("::{name}"))
}

/// Returns the tokens of code that is known to be well formed.
fn tokens(code: &str) -> TokenStream {
    code.parse().expect("it is Rust")
}
