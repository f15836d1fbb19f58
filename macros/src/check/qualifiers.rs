//! Checks what stands before the name of a function: other attributes, and keywords.

use proc_macro2::Span;
use quote::ToTokens;
use syn::Token;

use crate::errors::Errors;
use crate::read::{Item, Kind};
use crate::syntax::{Path, Signature};

/// Reports, and takes out, another attribute that makes something of the function, as ours does.
pub(super) fn second_attribute(kind: Kind, item: &mut Item, errors: &mut Errors) {
    item.attrs.retain(|attr| {
        let message = second(kind, attr.path());
        let is_another = message.is_none();
        if let Some(message) = message {
            errors.under(attr, message);
        }
        is_another
    });
}

fn second(kind: Kind, path: &Path) -> Option<String> {
    let (first, last) = (kind.attribute(), path.last().to_string());
    let kinds = [Kind::Main, Kind::Test, Kind::Task];
    let other = kinds.into_iter().find(|other| last == other.name())?;
    let message = match (kind, other) {
        // The result is a function like any other, which an attribute of another crate may change.
        (Kind::Main | Kind::Firmware, Kind::Test | Kind::Task)
        | (Kind::Test, Kind::Main | Kind::Task)
            if !is_for_async(path) =>
        {
            return None;
        }
        (Kind::Main | Kind::Firmware, Kind::Main) => {
            format!("`{first}` is the entry point: remove this second `main` attribute")
        }
        (Kind::Test, Kind::Test) if path.segments[0] == "test_log" => {
            String::from("write `#[test_log::test(portable::test)]` in place of the two")
        }
        // A `#[test_log::test]` above leaves the attribute in this form, and is gone by then.
        (Kind::Test, Kind::Test) if path.leading_colon.is_some() => format!(
            "`{first}` makes this a test: remove this second `test` attribute, or write \
             `#[test_log::test(portable::test)]` in place of the two if it is test-log's"
        ),
        (Kind::Test, Kind::Test) => {
            format!("`{first}` makes this a test: remove this second `test` attribute")
        }
        _ => {
            let (article, role) = role(kind);
            let no_other = match other == kind {
                true => String::new(),
                false => format!(", which is no {}", self::role(other).1),
            };
            format!(
                "`{first}` makes this {article} {role}{no_other}: remove this second attribute, \
                 `{last}`, or `{first}`"
            )
        }
    };
    Some(message)
}

/// Returns the words for what the attribute makes of a function.
fn role(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Main | Kind::Firmware => ("an", "entry point"),
        Kind::Test => ("a", "test"),
        Kind::Task => ("a", "task"),
    }
}

/// Returns whether the attribute is known to want an `async fn`.
fn is_for_async(path: &Path) -> bool {
    const CRATES: [&str; 4] = ["portable", "tokio", "async_std", "embassy_executor"];
    CRATES.iter().any(|name| path.segments[0] == name)
}

/// Reports the keywords that the function cannot have, and takes them out.
pub(super) fn check(kind: Kind, sig: &mut Signature, errors: &mut Errors) {
    let attribute = kind.attribute();
    if sig.asyncness.is_none() {
        let name = &sig.ident;
        errors.at(
            sig.fn_token.span,
            format_args!("`{attribute}` goes on an `async fn`: write `async fn {name}`"),
        );
        sig.asyncness = Some(Token![async](Span::mixed_site()));
    }
    if let Some(constness) = sig.constness.take() {
        let message = match kind {
            Kind::Task => "a task runs, which no `const fn` can: remove `const`".to_owned(),
            _ => format!("`{attribute}` starts a runtime, which no `const fn` can: remove `const`"),
        };
        errors.at(constness.span, message);
    }
    if let Some(abi) = sig.abi.take() {
        let shown = match &abi.name {
            Some(name) => format!("extern {}", name.token()),
            None => String::from("extern"),
        };
        let message =
            format!("`{attribute}` goes on a function with Rust's own ABI: remove `{shown}`");
        errors.under(abi, message);
    }
    if let Some(variadic) = sig.variadic.take() {
        let message = match kind {
            Kind::Task => "a task cannot have variable arguments: remove `...`".to_owned(),
            _ => format!("`{attribute}` cannot pass on variable arguments: remove `...`"),
        };
        errors.at(variadic.dots.spans[0], message);
    }
}

/// Reports `unsafe`.
pub(super) fn safety(what: &str, sig: &Signature, errors: &mut Errors) {
    if let Some(safety) = &sig.safety {
        let message =
            format!("{what} cannot be `unsafe`: remove `unsafe`, and write it where it is needed");
        errors.under(safety.to_token_stream(), message);
    }
}

/// Reports an attribute that makes a function unsafe to call, so that it cannot be sized or tested.
pub(super) fn target_features(noun: &str, item: &Item, errors: &mut Errors) {
    if let Some(attr) = item.attribute("target_feature") {
        errors.under(
            attr,
            format_args!(
                "a {noun} cannot have `#[target_feature]`: write it on a function that the {noun} \
                 calls, in an `unsafe` block after `is_x86_feature_detected!` or its like"
            ),
        );
    }
}
