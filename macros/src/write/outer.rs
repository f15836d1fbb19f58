//! The parts that the expansions have in common: a function around the user's, and the replacement
//! for a function that cannot be used.

use proc_macro2::{Group, Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

use crate::errors::Errors;
use crate::read::{self, Item};
use crate::syntax::mentions;

/// The connection of an outer function with the user's code.
pub(super) struct Inner {
    /// The arguments of the outer function.
    pub(super) inputs: TokenStream,
    /// The statements at the beginning of its body.
    pub(super) prelude: TokenStream,
    /// An expression that evaluates to the user's future.
    pub(super) future: TokenStream,
}

/// Puts `body` into the user's own braces. Without their span rustc takes the function for a
/// macro's and does not warn when it is unused.
pub(super) fn within(braces: &Group, body: TokenStream) -> Group {
    let mut group = Group::new(braces.delimiter(), body);
    group.set_span(braces.span());
    group
}

/// Returns an identifier of the same text without a place in the user's source.
pub(super) fn unplaced(ident: &Ident) -> Ident {
    let site = Span::mixed_site();
    // Without the user's place, the identifier is of this crate's edition, where `gen` is a
    // keyword.
    if ident == "gen" {
        return Ident::new_raw("gen", site);
    }
    let mut ident = ident.clone();
    ident.set_span(site);
    ident
}

/// Returns an `allow` that keeps clippy from counting the arguments of the inner function again.
pub(super) fn many_arguments(count: usize) -> Option<TokenStream> {
    let site = Span::mixed_site();
    (count > 7).then(|| quote_spanned!(site=> #[allow(clippy::too_many_arguments)]))
}

/// Writes a valid `main` of a program, with the user's function, whose signature no `main` can
/// have, inside.
pub(super) fn no_main(item: Item) -> TokenStream {
    let function = item.nested();
    let Item {
        attrs, vis, body, ..
    } = item;
    let outer = within(&body, function);
    quote!(#(#attrs)* #vis fn main() #outer)
}

/// Returns something that is not a function with a body, together with its errors.
pub(super) fn unread(item: &TokenStream, errors: &Errors) -> TokenStream {
    let item = &read::with_body(item.clone());
    if read::looks_like_main(item) && !mentions(item, "self") {
        quote! {
            fn main() {
                #item
            }
            #errors
        }
    } else {
        quote!(#item #errors)
    }
}

#[cfg(test)]
mod tests {
    use super::unplaced;

    #[test]
    fn an_unplaced_name_is_a_name_in_our_edition() {
        for (name, wanted) in [("main", "main"), ("r#match", "r#match"), ("gen", "r#gen")] {
            let name = syn::parse_str(name).expect("it is a name");
            assert_eq!(unplaced(&name).to_string(), wanted);
        }
    }
}
