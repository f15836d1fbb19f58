//! The parts that the expansions have in common: a function around the user's, and a stand-in for one
//! that cannot be used.

use proc_macro2::{Group, Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

use crate::errors::Errors;
use crate::read::{self, Item};
use crate::syntax::mentions;

/// How an outer function reaches what the user wrote.
pub(super) struct Inner {
    /// The arguments of the outer function.
    pub(super) inputs: TokenStream,
    /// The statements that its body begins with.
    pub(super) prelude: TokenStream,
    /// An expression that is the user's future.
    pub(super) future: TokenStream,
}

/// `body` in the user's own braces. Without their span rustc takes the function for a macro's and
/// keeps silent when nobody calls it.
pub(super) fn within(braces: &Group, body: TokenStream) -> Group {
    let mut group = Group::new(braces.delimiter(), body);
    group.set_span(braces.span());
    group
}

/// An identifier of the same text that carries no place in the user's source.
pub(super) fn unplaced(ident: &Ident) -> Ident {
    let site = Span::mixed_site();
    // Without the user's place it is of our edition, where this is a keyword.
    if ident == "gen" {
        return Ident::new_raw("gen", site);
    }
    let mut ident = ident.clone();
    ident.set_span(site);
    ident
}

/// An `allow` that keeps clippy from counting the arguments of the inner function as well.
pub(super) fn many_arguments(count: usize) -> Option<TokenStream> {
    let site = Span::mixed_site();
    (count > 7).then(|| quote_spanned!(site=> #[allow(clippy::too_many_arguments)]))
}

/// A program's `main` in place of one whose signature no `main` can have, with that one inside.
pub(super) fn no_main(item: Item) -> TokenStream {
    let function = item.nested();
    let Item {
        attrs, vis, body, ..
    } = item;
    let outer = within(&body, function);
    quote!(#(#attrs)* #vis fn main() #outer)
}

/// Gives back something that is not a function with a body, beside its errors.
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
