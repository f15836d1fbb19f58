//! The expansion of `#[main]` where there is no operating system.
//!
//! Embassy's own attribute makes the executor and the entry point. It gets a function that states
//! which executor runs, and is the user's in all else.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

use super::outer::{no_main, unplaced, unread, within};
use crate::check;
use crate::errors::Errors;
use crate::read::{Args, Item, Kind};

/// Expands the attribute. The output contains an item, whatever the input is.
pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let args = Args::parse(Kind::Firmware, args, &mut errors);
    let mut item = match Item::parse(Kind::Firmware.attribute(), item.clone()) {
        Ok(item) => item,
        Err(error) => {
            errors.extend(error);
            return unread(&item, &errors);
        }
    };
    check::firmware(&mut item, &mut errors);
    if !errors.is_empty() {
        let function = no_main(item);
        return quote!(#function #errors);
    }
    function(&args, &item)
}

fn function(args: &Args, item: &Item) -> TokenStream {
    let site = Span::mixed_site();
    let Args { path, executor, .. } = args;
    let Item {
        attrs,
        vis,
        sig,
        body,
    } = item;
    let (fn_token, ident, output) = (&sig.fn_token, &sig.ident, &sig.output);
    let name = unplaced(ident);
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
        #[#path::__private::executor::main(#executor)]
        #vis async #fn_token #ident(__spawner: #path::__private::Spawner) #output #body
    }
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
