//! The items of a file that can be cut.

use std::ops::Range;

use syn::spanned::Spanned;
use syn::{Attribute, Item, ItemUse};

/// An item, in bytes of the file.
pub(super) struct Found {
    /// The whole item, with its attributes.
    pub(super) bytes: Range<usize>,
    pub(super) kind: Kind,
    pub(super) name: String,
}

pub(super) enum Kind {
    /// A function with the attribute of a test.
    Test,
    /// A call of a macro that makes a test or asserts something.
    Call,
    /// The definition of a macro.
    Rules,
    Use(Box<ItemUse>),
    /// Another item, which tests use.
    Helper,
}

impl Found {
    pub(super) fn is_test(&self) -> bool {
        matches!(self.kind, Kind::Test | Kind::Call)
    }
}

/// Returns the items, also those in modules and in calls of macros whose arguments are items.
pub(super) fn items(text: &str) -> Result<Vec<Found>, syn::Error> {
    let mut found = Vec::new();
    add(syn::parse_file(text)?.items, text, &mut found);
    Ok(found)
}

fn add(items: Vec<Item>, text: &str, found: &mut Vec<Found>) {
    for item in items {
        let bytes = item.span().byte_range();
        let (kind, name) = match item {
            Item::Fn(function) => {
                let is_test = function.attrs.iter().any(makes_a_test);
                let kind = if is_test { Kind::Test } else { Kind::Helper };
                (kind, function.sig.ident.to_string())
            }
            Item::Mod(module) => {
                if let Some((_, items)) = module.content {
                    add(items, text, found);
                    continue;
                }
                (Kind::Helper, module.ident.to_string())
            }
            Item::Macro(call) => match call.ident {
                Some(name) => (Kind::Rules, name.to_string()),
                None => match syn::parse2::<syn::File>(call.mac.tokens) {
                    Ok(inner) if !inner.items.is_empty() => {
                        add(inner.items, text, found);
                        continue;
                    }
                    _ => {
                        let call = text.get(bytes.clone()).unwrap_or_default();
                        let words: Vec<_> = call.split_whitespace().collect();
                        (Kind::Call, words.join(" "))
                    }
                },
            },
            Item::Use(imports) => (Kind::Use(Box::new(imports)), String::new()),
            Item::Struct(item) => (Kind::Helper, item.ident.to_string()),
            Item::Enum(item) => (Kind::Helper, item.ident.to_string()),
            Item::Trait(item) => (Kind::Helper, item.ident.to_string()),
            Item::Type(item) => (Kind::Helper, item.ident.to_string()),
            Item::Const(item) => (Kind::Helper, item.ident.to_string()),
            Item::Static(item) => (Kind::Helper, item.ident.to_string()),
            _ => (Kind::Helper, String::new()),
        };
        found.push(Found { bytes, kind, name });
    }
}

/// Returns whether it is `#[test]`, `#[tokio::test]` or another attribute whose name ends in it.
fn makes_a_test(attribute: &Attribute) -> bool {
    let last = attribute.path().segments.last();
    last.is_some_and(|last| last.ident.to_string().ends_with("test"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_found_with_their_attributes_and_within_macros() {
        let text = "use a::b;\n/// é\n#[tokio::test]\nasync fn one() {}\n\
                    rt_test! {\n    #[test]\n    fn two() { f(); }\n    fn f() {}\n}\n\
                    assert_value!(a::B: Send);\nmod m { #[maybe_tokio_test]\nasync fn three() {} }\n\
                    macro_rules! r { () => {} }\nimpl A for B {}\n";
        let found = items(text).unwrap();
        let of = |found: &Found| (found.is_test(), text[found.bytes.clone()].to_string());
        let found: Vec<_> = found.iter().map(of).collect();
        let wanted = [
            (false, "use a::b;"),
            (true, "/// é\n#[tokio::test]\nasync fn one() {}"),
            (true, "#[test]\n    fn two() { f(); }"),
            (false, "fn f() {}"),
            (true, "assert_value!(a::B: Send);"),
            (true, "#[maybe_tokio_test]\nasync fn three() {}"),
            (false, "macro_rules! r { () => {} }"),
            (false, "impl A for B {}"),
        ];
        let wanted = wanted.map(|(is_test, text)| (is_test, text.to_string()));
        assert_eq!(found, wanted);
    }
}
