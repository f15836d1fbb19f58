//! What a signature may not say, and how the function goes on without it.

use proc_macro2::Span;
use quote::{ToTokens, quote};
use syn::Token;

use crate::block;
use crate::errors::Errors;
use crate::item::Item;
use crate::kind::Kind;
use crate::syntax::{Attribute, FnArg, GenericParam, Signature};

/// What remains of a function after its signature was checked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// The outer function has the inner one's signature.
    Whole,
    /// The signature cannot be that of a program's `main`.
    NoMain,
    /// The signature cannot be that of a test.
    NoTest,
}

/// Reports every mistake in the signature, and takes out what rustc would report once more.
pub(crate) fn check(kind: Kind, item: &mut Item, errors: &mut Errors) -> Shape {
    second_attribute(kind, &mut item.attrs, errors);
    qualifiers(kind, &mut item.sig, errors);
    match kind {
        Kind::Main if is_program_main(&item.sig) => program_main(&item.sig, errors),
        Kind::Main => Shape::Whole,
        // That attribute comes first, once the mistakes are mended that brought this one here.
        Kind::Test if makes_tests(&item.attrs) => {
            take_out_makers(item);
            Shape::NoTest
        }
        Kind::Test => test_function(&item.sig, errors),
    }
}

/// Whether the function may be the `main` of a program. In which module it stands nobody can see.
pub(crate) fn is_program_main(sig: &Signature) -> bool {
    sig.ident == "main" && sig.receiver().is_none()
}

/// Whether an exit status is all that a caller wants of the function: it is a program's `main` or a
/// test, and no method.
pub(crate) fn gives_a_status(kind: Kind, item: &Item) -> bool {
    !block::is_needed(item) && (kind == Kind::Test || is_program_main(&item.sig))
}

pub(crate) fn second_attribute(kind: Kind, attrs: &mut Vec<Attribute>, errors: &mut Errors) {
    let first = kind.attribute();
    attrs.retain(|attr| {
        let path = attr.path();
        let same = path.segments.last().is_some_and(|last| last == kind.name());
        if same {
            let message = match kind {
                Kind::Main => {
                    format!("`{first}` is the entry point: remove this second `main` attribute")
                }
                Kind::Test if path.segments[0] == "test_log" => {
                    String::from("write `#[test_log::test(portable::test)]` in place of the two")
                }
                // It comes so from a `#[test_log::test]` above, which is gone.
                Kind::Test if path.leading_colon.is_some() => format!(
                    "`{first}` makes this a test: remove this second `test` attribute, or write \
                     `#[test_log::test(portable::test)]` in place of the two if it is test-log's"
                ),
                Kind::Test => {
                    format!("`{first}` makes this a test: remove this second `test` attribute")
                }
            };
            errors.under(attr, message);
        }
        !same
    });
}

/// Whether an attribute below makes tests of the function. It must come first, as each of them is to
/// run on a runtime.
pub(crate) fn makes_tests(attrs: &[Attribute]) -> bool {
    const MAKERS: [&str; 3] = ["rstest", "test_case", "test_matrix"];
    attrs.iter().any(|attr| {
        let last = attr.path().segments.last();
        last.is_some_and(|last| MAKERS.iter().any(|maker| last == maker))
    })
}

/// Takes out the attributes that make tests of the function, and what belongs to them.
fn take_out_makers(item: &mut Item) {
    const PLAIN: [&str; 6] = ["cfg", "cfg_attr", "doc", "allow", "expect", "warn"];
    let is_plain = |attr: &Attribute| PLAIN.iter().any(|plain| attr.path().is_ident(plain));
    item.attrs.retain(is_plain);
    for input in &mut item.sig.inputs {
        if let FnArg::Typed(input) = input {
            input.attrs.clear();
        }
    }
}

pub(crate) fn qualifiers(kind: Kind, sig: &mut Signature, errors: &mut Errors) {
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
        let message =
            format_args!("`{attribute}` starts a runtime, which no `const fn` can: remove `const`");
        errors.at(constness.span, message);
    }
    if let Some(abi) = sig.abi.take() {
        let shown = match &abi.name {
            Some(name) => format!("extern {}", name.token()),
            None => String::from("extern"),
        };
        let message =
            format_args!("`{attribute}` goes on a function with Rust's own ABI: remove `{shown}`");
        errors.under(abi, message);
    }
    if let Some(variadic) = sig.variadic.take() {
        let message = format_args!("`{attribute}` cannot pass on variable arguments: remove `...`");
        errors.at(variadic.dots.spans[0], message);
    }
}

/// Reports what rustc does not allow on the `main` of a program.
fn program_main(sig: &Signature, errors: &mut Errors) -> Shape {
    let mut found = Errors::default();
    plain(sig, &mut found);
    if !sig.inputs.is_empty() {
        let inputs = &sig.inputs;
        found.under(
            quote!(#inputs),
            "`main` takes no arguments: remove them; the command line is in `std::env::args()`",
        );
    }
    let shape = match found.is_empty() {
        true => Shape::Whole,
        false => Shape::NoMain,
    };
    errors.append(found);
    shape
}

/// Reports what no `main` can be.
pub(crate) fn plain(sig: &Signature, errors: &mut Errors) {
    let mut refuse = |tokens: &dyn ToTokens, message: &str| {
        errors.under(tokens.to_token_stream(), message);
    };
    if let Some(token) = &sig.safety {
        refuse(
            token,
            "`main` cannot be `unsafe`: remove `unsafe`, and write it where it is needed",
        );
    }
    if !sig.generics.params.is_empty() {
        let params = &sig.generics;
        refuse(
            &quote!(#params),
            "`main` cannot be generic: remove the parameters",
        );
    }
    if let Some(clause) = &sig.generics.where_clause {
        refuse(clause, "`main` cannot have a `where` clause: remove it");
    }
}

/// Reports what rustc does not allow on a test.
fn test_function(sig: &Signature, errors: &mut Errors) -> Shape {
    let mut shape = Shape::Whole;
    let mut refuse = |tokens: &dyn ToTokens, message: &str| {
        errors.under(tokens.to_token_stream(), message);
        shape = Shape::NoTest;
    };
    if sig.receiver().is_some() {
        let inputs = &sig.inputs;
        refuse(
            &quote!(#inputs),
            "a test is a function of a module: write it outside the `impl` block, without `self`",
        );
    } else if !sig.inputs.is_empty() {
        let inputs = &sig.inputs;
        refuse(
            &quote!(#inputs),
            "a test takes no arguments: remove them, or write what gives them, such as `#[rstest]` \
             or `#[test_case(…)]`, above `#[portable::test]`",
        );
    }
    if let Some(token) = &sig.safety {
        refuse(
            token,
            "a test cannot be `unsafe`: remove `unsafe`, and write it where it is needed",
        );
    }
    let is_lifetime = |param: &GenericParam| matches!(param, GenericParam::Lifetime);
    if !sig.generics.params.iter().all(is_lifetime) {
        let params = &sig.generics;
        refuse(
            &quote!(#params),
            "a test cannot be generic: remove the parameters",
        );
    }
    shape
}
