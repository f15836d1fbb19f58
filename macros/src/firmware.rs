//! What `#[main]` turns a function into where there is no operating system.
//!
//! There the executor and the entry point are Embassy's, and its own attribute makes them. It gets a
//! function that says which executor runs, and then is the user's.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Lit;
use syn::parse::Parser;

use crate::args::{self, path};
use crate::entry::{no_main, unread, within};
use crate::errors::{self, Errors};
use crate::item::{self, Item};
use crate::keys::{self, Keys};
use crate::kind::Kind;
use crate::signature;
use crate::syntax::{Expr, FnArg, ReturnType, Signature};

const KEYS: Keys = Keys {
    known: &[
        ("entry", "entry = \"cortex_m_rt::entry\""),
        ("executor", "executor = \"embassy_executor::Executor\""),
        ("crate", "crate = my_crate::portable"),
    ],
    aliases: &[("portable", "crate"), ("path", "crate")],
    elsewhere: |key| {
        args::is_argument(key).then(|| {
            format!(
                "`{key}` needs an operating system, and `portable` is built without its feature \
                 `std`: remove it"
            )
        })
    },
    meant: |_| None,
};

/// Expands the attribute. It gives an item for whatever it is given.
pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let site = Span::mixed_site();
    let mut path_to_us = quote_spanned!(site=> ::portable);
    let mut of_the_executor = TokenStream::new();
    KEYS.read(args, &mut errors, |key, value| {
        match key {
            "crate" => path_to_us = path(value).ok_or_else(|| keys::no_path(value))?,
            key => {
                let text = check(key, value)?;
                let key = syn::Ident::new(key, site);
                of_the_executor.extend(quote_spanned!(site=> #key = #text,));
            }
        }
        Ok(())
    });
    let mut item = match Item::parse(Kind::Main.attribute(), item.clone()) {
        Ok(item) => item,
        Err(error) => {
            errors.extend(error);
            return unread(&item, &errors);
        }
    };
    signature::second_attribute(Kind::Main, &mut item.attrs, &mut errors);
    signature::qualifiers(Kind::Main, &mut item.sig, &mut errors);
    main_function(&item.sig, &mut errors);
    if !errors.is_empty() {
        let function = no_main(item);
        return quote!(#function #errors);
    }
    function(&path_to_us, &of_the_executor, &item)
}

fn function(path: &TokenStream, of_the_executor: &TokenStream, item: &Item) -> TokenStream {
    let site = Span::mixed_site();
    let Item {
        attrs,
        vis,
        sig,
        body,
    } = item;
    let (fn_token, ident, output) = (&sig.fn_token, &sig.ident, &sig.output);
    let name = item::unplaced(ident);
    let function = item.nested();
    let spawner = sig.inputs.first().map(|_| quote_spanned!(site=> __spawner));
    let body = within(
        body,
        quote_spanned! {site=>
            #function
            #path::__private::enter(__spawner);
            #name(#spawner).await
        },
    );
    quote_spanned! {site=>
        #(#attrs)*
        #[#path::__private::executor::main(#of_the_executor)]
        #vis async #fn_token #ident(__spawner: #path::__private::Spawner) #output #body
    }
}

/// Reports what Embassy does not allow on the `main` of a firmware.
fn main_function(sig: &Signature, errors: &mut Errors) {
    if sig.ident != "main" {
        errors.at(
            sig.ident.span(),
            "without an operating system `#[portable::main]` is for the `main` of the program: \
             call this `main`, or make it a `#[portable::task]` that `main` spawns",
        );
    }
    signature::plain(sig, errors);
    match sig.inputs.first() {
        Some(FnArg::Receiver(receiver)) => {
            errors.under(receiver, "`main` is a function of a module: remove `self`");
        }
        _ if sig.inputs.len() > 1 => {
            let inputs = &sig.inputs;
            errors.under(
                inputs,
                "`main` takes nothing, or the executor's spawner: write `main()` or \
                 `main(spawner: portable::runtime::Spawner)`",
            );
        }
        _ => {}
    }
    if let ReturnType::Type(_, ty) = &sig.output
        && !ty.is_unit()
        && !ty.is_never()
    {
        errors.under(
            ty,
            "the `main` of a firmware gives nothing, or never ends with `!`: nobody is there to \
             take it; remove the type, and handle errors in the body",
        );
    }
}

/// The text of an argument that Embassy makes tokens of.
pub(crate) fn check(key: &str, value: &Expr) -> syn::Result<TokenStream> {
    let example = KEYS.known.iter().find(|(known, _)| *known == key);
    let example = example.map_or(key, |(_, example)| *example);
    let Some(Lit::Str(text)) = value.literal() else {
        let message = format_args!("`{key}` takes a string: write `{example}`");
        return Err(errors::under(value, message));
    };
    // An empty entry is none.
    let is_empty = text.value().trim().is_empty();
    let parser = |input: syn::parse::ParseStream<'_>| input.parse::<TokenStream>();
    if (is_empty && key == "executor") || parser.parse_str(&text.value()).is_err() {
        let message = format_args!("`{key}` takes a path in a string: write `{example}`");
        return Err(errors::at(text.span(), message));
    }
    Ok(text.token().to_token_stream())
}

/// Stands in for Embassy's attribute in a build without it.
pub(crate) fn no_runtime() -> TokenStream {
    let mut errors = Errors::default();
    errors.at(
        Span::call_site(),
        "no runtime feature is on\nin Cargo.toml choose the one for microcontrollers: portable = { \
         version = \"0.1\", default-features = false, features = [\"macros\", \"embassy\"] }\n\
         or, where there is an operating system, leave `default-features` on and choose a runtime",
    );
    quote! {
        fn main() {}
        #errors
    }
}

#[cfg(test)]
mod tests;
