//! What `#[main]` and `#[test]` turn a function into.
//!
//! The function stays as the user wrote it, nested in one of the same name that is not async and
//! hands it to the runtime. So rustc says of its body what it would say without the attribute.

use proc_macro2::{Group, Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

use crate::args::Args;
use crate::block;
use crate::errors::Errors;
use crate::fan_out;
use crate::item::{self, Item};
use crate::kind::Kind;
use crate::nested;
use crate::signature::{self, Shape};

/// How an outer function reaches what the user wrote.
pub(crate) struct Inner {
    /// The arguments of the outer function.
    pub(crate) inputs: TokenStream,
    /// What its body begins with.
    pub(crate) prelude: TokenStream,
    /// A path or closure to call for the user's future.
    pub(crate) call: TokenStream,
}

/// Expands one of the attributes. It gives an item for whatever it is given.
pub(crate) fn expand(kind: Kind, args: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let args = Args::parse(kind, args, &mut errors);
    let mut item = match Item::parse(kind, item.clone()) {
        Ok(item) => item,
        Err(error) => {
            errors.push(error);
            return unread(&item, &errors);
        }
    };
    let shape = signature::check(kind, &mut item, &mut errors);
    let function = match shape {
        Shape::Whole if errors.is_empty() => {
            let (test, tests) = match kind {
                Kind::Main => Default::default(),
                Kind::Test => {
                    let (path, only) = (args.path(), args.runtimes());
                    let tests = fan_out::call(path, &item, only);
                    (fan_out::attribute(path, only), tests)
                }
            };
            let function = function(item, &test, |call| run(kind, &args, call));
            quote!(#function #tests)
        }
        Shape::Whole => {
            let test = match kind {
                Kind::Main => TokenStream::new(),
                Kind::Test => quote_spanned!(Span::mixed_site()=> #[::core::prelude::v1::test]),
            };
            function(item, &test, refused)
        }
        Shape::NoMain => no_main(item),
    };
    quote!(#function #errors)
}

/// Calls the runtime's entry with `call`, a function that gives the user's future.
fn run(kind: Kind, args: &Args, call: &TokenStream) -> TokenStream {
    let site = Span::mixed_site();
    let path = args.path();
    let builder = args.builder();
    let entry = Ident::new(kind.name(), site);
    quote_spanned! {site=>
        #[allow(clippy::implicit_return)]
        {
            #path::__private::entry!(#path::__private::#entry(#builder, #call))
        }
    }
}

/// Stands in for [`run`] after a mistake: something of the right type that uses the function, and
/// needs neither a runtime nor `portable`.
fn refused(call: &TokenStream) -> TokenStream {
    let site = Span::mixed_site();
    quote_spanned! {site=>
        fn __output<Call, Output>(_: Call) -> Output::Output
        where
            Call: ::core::ops::FnOnce() -> Output,
            Output: ::core::future::Future,
        {
            loop {}
        }
        __output(#call)
    }
}

/// The outer function with the attribute `test`, whose last expression `finish` makes of the path
/// or closure to call.
fn function(
    mut item: Item,
    test: &TokenStream,
    finish: impl FnOnce(&TokenStream) -> TokenStream,
) -> TokenStream {
    let Inner {
        inputs,
        prelude,
        call,
    } = if block::is_needed(&item) {
        block::inner(&mut item)
    } else {
        nested::inner(&mut item)
    };
    let finish = finish(&call);
    let body = within(&item.body, quote!(#prelude #finish));

    let Item {
        attrs, vis, sig, ..
    } = &item;
    let (safety, fn_token, name) = (&sig.safety, &sig.fn_token, &sig.ident);
    let (generics, output) = (&sig.generics, &sig.output);
    let where_clause = &generics.where_clause;
    let mut parentheses = TokenStream::new();
    sig.paren_token
        .surround(&mut parentheses, |tokens| tokens.extend(inputs));
    quote! {
        #(#attrs)*
        #test
        #vis #safety #fn_token #name #generics #parentheses #output #where_clause #body
    }
}

/// `body` in the user's own braces. Without their span rustc takes the function for a macro's and
/// keeps silent when nobody calls it.
pub(crate) fn within(braces: &Group, body: TokenStream) -> Group {
    let mut group = Group::new(braces.delimiter(), body);
    group.set_span(braces.span());
    group
}

/// A program's `main` in place of one whose signature no `main` can have, with that one inside.
fn no_main(item: Item) -> TokenStream {
    let Item {
        attrs,
        vis,
        sig,
        body,
    } = item;
    let outer = within(
        &body,
        quote! {
            #[allow(dead_code)]
            #sig #body
        },
    );
    quote!(#(#attrs)* #vis fn main() #outer)
}

/// What to give back for something that is not a function with a body.
fn unread(item: &TokenStream, errors: &Errors) -> TokenStream {
    if item::looks_like_main(item) && !item::mentions(item, "self") {
        quote! {
            fn main() {
                #[allow(dead_code)]
                #item
            }
            #errors
        }
    } else {
        quote!(#item #errors)
    }
}

#[cfg(test)]
mod tests;
