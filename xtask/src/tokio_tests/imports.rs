//! Cuts names from a `use`.

use std::ops::Range;

use proc_macro2::Ident;
use quote::ToTokens;
use syn::{ItemUse, UseTree};

/// Returns the `use` without the names at which, or at whose path, an error is, and these names.
pub(super) fn without(imports: &ItemUse, at: &[Range<usize>]) -> (String, Vec<String>) {
    let mut names = Vec::new();
    leaves(&imports.tree, &mut Vec::new(), &mut names);
    let is_wrong = |name: &Name| {
        let of_path = name.path.iter().map(|ident| ident.span().byte_range());
        let mut places = of_path.chain(name.end.iter().cloned());
        places.any(|place| {
            at.iter()
                .any(|at| at.start < place.end && place.start < at.end)
        })
    };
    let (cut, kept): (Vec<_>, Vec<_>) = names.into_iter().partition(is_wrong);
    let before = |name: &Name| {
        let path = name.path.iter().map(|ident| format!("{ident}::"));
        path.collect::<String>()
    };
    let mut text = String::new();
    for name in &kept {
        for attribute in &imports.attrs {
            text += &format!("{} ", attribute.to_token_stream());
        }
        let visible = imports.vis.to_token_stream();
        let root = imports.leading_colon.as_ref().map_or("", |_| "::");
        text += &format!("{visible} use {root}{}{{{}}}; ", before(name), name.shown);
    }
    let cut = cut.iter().map(|name| before(name) + &name.shown).collect();
    (text.trim().into(), cut)
}

/// A name that is imported.
struct Name {
    path: Vec<Ident>,
    shown: String,
    end: Option<Range<usize>>,
}

fn leaves(tree: &UseTree, path: &mut Vec<Ident>, names: &mut Vec<Name>) {
    let mut name = |shown: String, end| {
        let path = path.clone();
        names.push(Name { path, shown, end });
    };
    match tree {
        UseTree::Name(leaf) => name(leaf.ident.to_string(), Some(leaf.ident.span().byte_range())),
        UseTree::Rename(leaf) => {
            let place = leaf.ident.span().byte_range();
            name(format!("{} as {}", leaf.ident, leaf.rename), Some(place));
        }
        UseTree::Glob(_) => name("*".into(), None),
        UseTree::Group(group) => {
            for tree in &group.items {
                leaves(tree, path, names);
            }
        }
        UseTree::Path(inner) => {
            path.push(inner.ident.clone());
            leaves(&inner.tree, path, names);
            path.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_without(text: &str, wrong: &str, wanted: &str, names: &[&str]) {
        let file = syn::parse_file(text).unwrap();
        let syn::Item::Use(imports) = &file.items[0] else {
            panic!("{text} is no import");
        };
        let start = text.find(wrong).unwrap();
        let at = start..start + wrong.len();
        let (kept, cut) = without(imports, &[at]);
        assert_eq!(
            (kept.as_str(), cut),
            (wanted, names.iter().map(ToString::to_string).collect())
        );
    }

    #[test]
    fn what_is_missing_goes_and_the_rest_stays() {
        assert_without("use a::b;", "a::b", "", &["a::b"]);
        assert_without(
            "pub use a::{b, c::{self, D as E}};",
            "{b",
            "pub use a::c::{self}; pub use a::c::{D as E};",
            &["a::b"],
        );
        let parts = ["a::c::self", "a::c::D as E"];
        assert_without("use a::{b, c::{self, D as E}};", "c", "use a::{b};", &parts);
        assert_without("use ::a::{b::*, c};", "c", "use ::a::b::{*};", &["a::c"]);
    }
}
