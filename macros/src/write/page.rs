//! The expansion of `#[main]` in the browser.
//!
//! Nothing may block a page, so the function around the user's starts it as a task and returns.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

use super::builder::around;
use super::entry::{Outer, function, refused};
use super::outer::{no_main, unread};
use crate::check::{self, Shape};
use crate::errors::Errors;
use crate::read::{Args, Item, Kind};

/// Expands the attribute. The output contains an item, whatever the input is.
pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let args = Args::parse(Kind::Main, args, &mut errors);
    let mut item = match Item::parse(Kind::Main.attribute(), item.clone()) {
        Ok(item) => item,
        Err(error) => {
            errors.extend(error);
            return unread(&item, &errors);
        }
    };
    let shape = check::entry(Kind::Main, &args, &mut item, &mut errors);
    check::page(&args, &item, &mut errors);
    let outer = Outer {
        test: TokenStream::new(),
        // A page has no exit status.
        output: errors.is_empty().then(TokenStream::new),
        is_free: true,
        blames_caller: false,
    };
    let function = match shape {
        Shape::NoMain => no_main(item),
        _ if errors.is_empty() => function(item, &outer, &|future| start(&args, future)),
        _ => function(item, &outer, &refused),
    };
    quote!(#function #errors)
}

/// Starts the user's future as a task.
fn start(args: &Args, future: &TokenStream) -> TokenStream {
    let site = Span::mixed_site();
    let path = &args.path;
    let init = around(args, "init").map(|init| quote_spanned!(site=> #init;));
    quote_spanned! {site=>
        #path::__private::entry!({
            #path::__private::report_panics();
            #init
            #path::__private::start(#future)
        })
    }
}

#[cfg(test)]
mod tests;
