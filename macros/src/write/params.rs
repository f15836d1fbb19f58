//! Splits a function's parameters between the outer function and its inside.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

use super::outer;
use crate::syntax::{Attribute, FnArg, Path, Signature, Typed};

pub(crate) struct Params {
    /// The parameters of the outer function.
    pub(crate) inputs: TokenStream,
    /// All parameters but the receiver.
    pub(crate) params: Vec<Param>,
}

/// One parameter, as the inside of the function sees it.
pub(crate) struct Param {
    /// The name that the parameter has in the outer function.
    pub(crate) name: Ident,
    pub(crate) pat: TokenStream,
    /// Whether the pattern is a single variable that takes the whole value.
    pub(crate) is_variable: bool,
    pub(crate) cfg: TokenStream,
    pub(crate) lints: TokenStream,
}

/// Names each parameter for the outer function, and gives each attribute to the side that it
/// concerns: a lint to the user's pattern, a `cfg` to both, any other attribute to the outer
/// function, where another macro may look for it.
pub(crate) fn split(sig: &mut Signature) -> Params {
    let mut taken = vec![sig.ident.to_string()];
    let mut inputs = TokenStream::new();
    let mut params = Vec::new();
    for (index, input) in sig.inputs.iter_mut().enumerate() {
        match input {
            FnArg::Receiver(receiver) => inputs.extend(quote!(#receiver,)),
            FnArg::Variadic(_) => {}
            FnArg::Typed(typed) => params.push(param(index, typed, &mut taken, &mut inputs)),
        }
    }
    Params { inputs, params }
}

fn param(
    index: usize,
    typed: &mut Typed,
    taken: &mut Vec<String>,
    inputs: &mut TokenStream,
) -> Param {
    let name = name(typed, index, taken);
    let is_variable = typed.variable().is_some_and(|variable| variable != "_");
    let Typed {
        attrs,
        pat,
        colon_token,
        ty,
    } = typed;
    let outer = only(attrs, &|path| !path.is_lint());
    inputs.extend(quote_spanned! {Span::mixed_site()=> #(#outer)* #name #colon_token #ty, });
    let (cfg, lints) = (only(attrs, &is_cfg), only(attrs, &Path::is_lint));
    *attrs = only(attrs, &|path| is_cfg(path) || path.is_lint());
    Param {
        name,
        is_variable,
        cfg: quote!(#(#cfg)*),
        lints: quote!(#(#lints)*),
        pat: pat.clone(),
    }
}

fn only(attrs: &[Attribute], keep: &dyn Fn(&Path) -> bool) -> Vec<Attribute> {
    attrs.iter().filter_map(|attr| attr.only(keep)).collect()
}

/// Returns the user's name for the parameter if it is a plain one, because rustdoc shows it.
fn name(typed: &Typed, index: usize, taken: &mut Vec<String>) -> Ident {
    if let Some(variable) = typed.variable() {
        let name = variable.to_string();
        if name.starts_with(|letter: char| letter.is_ascii_lowercase()) && !taken.contains(&name) {
            taken.push(name);
            return outer::unplaced(&variable);
        }
    }
    Ident::new(&format!("__arg{index}"), Span::mixed_site())
}

fn is_cfg(path: &Path) -> bool {
    path.is_ident("cfg")
}
