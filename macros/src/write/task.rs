//! The expansion of `#[task]`.
//!
//! The function stays as the user wrote it, nested in one of the same name that takes a place in a
//! pool for it. The pool's places are as large as the future. Only the compiler knows that size,
//! and it tells the size of the future of a function, here `__future`, whose arguments are one
//! tuple.
//!
//! There is one expansion, whatever `portable` is built for.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::LitStr;
use syn::ext::IdentExt;

use super::outer::{self, within};
use super::params::{self, Params};
use crate::check;
use crate::errors::Errors;
use crate::read::{self, Args, Item, Kind};
use crate::syntax::{FnArg, ReturnType};

/// Expands the attribute. The output contains an item, whatever the input is.
pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let args = Args::parse(Kind::Task, args, &mut errors);
    let mut item = match Item::parse(Kind::Task.attribute(), item.clone()) {
        Ok(item) => item,
        Err(error) => {
            errors.extend(error);
            let item = read::with_body(item);
            return quote!(#item #errors);
        }
    };
    let is_whole = check::task(&mut item, &mut errors);
    if errors.is_empty() {
        return function(&args, item);
    }
    // A mistake in the arguments of the attribute does not make the function unusable.
    let function = match is_whole {
        true => function(&args, item),
        false => as_it_is(&mut item),
    };
    quote!(#function #errors)
}

fn function(args: &Args, mut item: Item) -> TokenStream {
    let site = Span::mixed_site();
    // Located at the name, so that rustc reports there that the future is not fit for a task.
    let at_name = site.located_at(item.sig.ident.span());
    let Args {
        path, pool_size, ..
    } = args;
    let types: Vec<_> = item.sig.inputs.iter().filter_map(ty).collect();
    let Params { inputs, params } = params::split(&mut item.sig);
    let output = match &item.sig.output {
        ReturnType::Default => quote_spanned!(site=> ()),
        ReturnType::Type(_, ty) if ty.is_never() => quote_spanned!(site=> #path::__private::Never),
        ReturnType::Type(_, ty) => ty.to_token_stream(),
    };
    let function = item.nested();
    let Item {
        attrs,
        vis,
        sig,
        body,
    } = &item;
    let (fn_token, ident) = (&sig.fn_token, &sig.ident);
    let mut name = outer::unplaced(ident);
    name.set_span(at_name);
    let text = LitStr::new(&ident.unraw().to_string(), at_name);
    let values: Vec<_> = params.iter().map(|param| &param.name).collect();
    let spawnable = quote_spanned! {at_name=>
        -> #path::task::Spawnable<
            impl ::core::future::Future<Output = #output> + ::core::marker::Send + 'static
        >
    };
    let prepare = quote_spanned!(at_name=> __POOL.__prepare(#text, #name(#(#values),*)));
    let many = outer::many_arguments(params.len());
    // `Spawnable` has a `#[must_use]` already, and clippy complains of a second one.
    let attrs = attrs.iter().filter(|attr| !attr.is_only("must_use"));
    let outer = quote_spanned! {site=>
        #many
        #function
        fn __future(
            (#(#values,)*): (#(#types,)*)
        ) -> impl ::core::future::Future<Output = #output> {
            #name(#(#values),*)
        }
        const __COUNT: usize = #pool_size;
        static __POOL: #path::task::Pool<
            { #path::__private::task_size(__future) },
            __COUNT,
        > = #path::task::Pool::new();
        return #prepare;
    };
    let outer = within(body, outer);
    let mut parentheses = TokenStream::new();
    sig.paren_token
        .surround(&mut parentheses, |tokens| tokens.extend(inputs));
    quote! {
        #(#attrs)*
        #vis #fn_token #ident #parentheses #spawnable #outer
    }
}

fn ty(input: &FnArg) -> Option<TokenStream> {
    match input {
        FnArg::Typed(typed) => Some(typed.ty.clone()),
        FnArg::Receiver(_) | FnArg::Variadic(_) => None,
    }
}

/// Returns the user's function unchanged, so that its callers find it although it is no task.
fn as_it_is(item: &mut Item) -> TokenStream {
    check::declare_lifetimes(&mut item.sig);
    let Item {
        attrs,
        vis,
        sig,
        body,
    } = item;
    quote! {
        #(#attrs)*
        #vis #sig #body
    }
}

#[cfg(test)]
mod tests;
