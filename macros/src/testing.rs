//! Helpers that the unit tests share.

use proc_macro2::{TokenStream, TokenTree};

/// The tokens of `source`.
pub(crate) fn tokens(source: &str) -> TokenStream {
    source.parse().expect("the source has balanced delimiters")
}

/// Returns the messages of every `compile_error!` in `tokens`, without their common beginning.
pub(crate) fn messages(tokens: &TokenStream) -> Vec<String> {
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let mut found = Vec::new();
    for (index, tree) in trees.iter().enumerate() {
        let TokenTree::Group(group) = tree else {
            continue;
        };
        let macro_name = index.checked_sub(2).map(|name| trees[name].to_string());
        if macro_name.as_deref() == Some("compile_error") {
            let message: syn::LitStr =
                syn::parse2(group.stream()).expect("compile_error! takes a string");
            let message = message.value();
            let message = message.strip_prefix("portable: ");
            found.push(message.expect("a message says whose it is").to_owned());
        } else {
            found.extend(messages(&group.stream()));
        }
    }
    found
}

/// Asserts that two token streams have the same text, wherever their tokens come from.
#[track_caller]
pub(crate) fn assert_tokens(left: &TokenStream, right: &TokenStream) {
    assert_eq!(plain(left), plain(right));
}

/// The text of the tokens, without their spacing and without commas that end a group.
fn plain(tokens: &TokenStream) -> String {
    let mut trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    trees.pop_if(|last| matches!(last, TokenTree::Punct(punct) if punct.as_char() == ','));
    let trees = trees.into_iter().map(|tree| match tree {
        TokenTree::Group(group) => {
            format!("{:?} {{ {} }}", group.delimiter(), plain(&group.stream()))
        }
        tree => tree.to_string(),
    });
    trees.collect::<Vec<_>>().join(" ")
}
