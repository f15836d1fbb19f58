//! Finds in a type what a task cannot hold: a reference that may end before the task does, and a
//! type that only its maker can name.

use proc_macro2::{Delimiter, Group, Ident, Spacing, TokenStream, TokenTree};
use quote::ToTokens;
use syn::Lifetime;

/// A part of a type that a task cannot hold.
pub(super) enum Found {
    /// `&T`, or `&'a T`: up to its lifetime.
    Reference(TokenStream),
    /// `'a` or `'_`, elsewhere.
    Lifetime(TokenStream),
    Impl(Ident),
}

/// Returns the first such part of `ty`.
///
/// A function type or a bound like `Fn(&str)` may have references between its parentheses and after
/// its arrow: they belong to each call and not to the task. A lifetime that a `for<…>` declares is
/// allowed for the same reason.
pub(super) fn find(ty: TokenStream) -> Option<Found> {
    search(ty, &mut Vec::new())
}

fn search(ty: TokenStream, bound: &mut Vec<String>) -> Option<Found> {
    let trees: Vec<TokenTree> = ty.into_iter().collect();
    let mut depth = 0_usize;
    // How deep the type after an arrow stands.
    let mut output = None;
    let mut at = 0;
    while at < trees.len() {
        let rest = &trees[at..];
        at += 1;
        match rest {
            [TokenTree::Ident(word), ..] if word == "impl" => {
                return Some(Found::Impl(word.clone()));
            }
            [TokenTree::Ident(word), TokenTree::Punct(open), ..]
                if word == "for" && open.as_char() == '<' =>
            {
                at += 1;
                while let Some((name, after)) = lifetime(&trees[at..]) {
                    bound.push(name);
                    at += after;
                    if is_punct(trees.get(at), ',') {
                        at += 1;
                    }
                }
                if is_punct(trees.get(at), '>') {
                    at += 1;
                }
            }
            // A function type or bound, or a macro.
            [TokenTree::Ident(_), TokenTree::Group(group), ..]
                if group.delimiter() == Delimiter::Parenthesis =>
            {
                at += 1;
                if let Some(found) = impl_in(group) {
                    return Some(found);
                }
            }
            [TokenTree::Punct(bang), TokenTree::Group(_), ..] if bang.as_char() == '!' => at += 1,
            [TokenTree::Punct(dash), TokenTree::Punct(_), ..]
                if dash.as_char() == '-' && dash.spacing() == Spacing::Joint =>
            {
                at += 1;
                output = output.or(Some(depth));
            }
            [TokenTree::Punct(reference), ..] if reference.as_char() == '&' => {
                match lifetime(&trees[at..]) {
                    Some((name, after)) if name == "static" || bound.contains(&name) => at += after,
                    Some((_, after)) if output.is_none() => {
                        let end = at + after;
                        return Some(Found::Reference(
                            trees[at - 1..end].iter().cloned().collect(),
                        ));
                    }
                    None if output.is_none() => {
                        return Some(Found::Reference(rest[0].clone().into()));
                    }
                    _ => {}
                }
            }
            [TokenTree::Punct(tick), ..] if tick.as_char() == '\'' => {
                if let Some((name, after)) = lifetime(rest) {
                    let is_free = name != "static" && !bound.contains(&name);
                    if is_free && output.is_none() {
                        return Some(Found::Lifetime(rest[..after].iter().cloned().collect()));
                    }
                    at += after - 1;
                }
            }
            [TokenTree::Punct(punct), ..] => match punct.as_char() {
                '<' => depth += 1,
                '>' => {
                    depth = depth.saturating_sub(1);
                    output = output.filter(|output| *output <= depth);
                }
                ',' => output = output.filter(|output| *output < depth),
                _ => {}
            },
            [TokenTree::Group(group), ..] if output.is_none() => {
                if let Some(found) = in_group(group, bound) {
                    return Some(found);
                }
            }
            _ => {}
        }
    }
    None
}

fn in_group(group: &Group, bound: &mut Vec<String>) -> Option<Found> {
    match group.delimiter() {
        Delimiter::Parenthesis | Delimiter::None => search(group.stream(), bound),
        // `[T; N]`: only `T` is searched.
        Delimiter::Bracket => {
            let is_end = |tree: &TokenTree| is_punct(Some(tree), ';');
            let trees = group.stream().into_iter();
            search(trees.take_while(|tree| !is_end(tree)).collect(), bound)
        }
        // An expression.
        Delimiter::Brace => None,
    }
}

fn impl_in(group: &Group) -> Option<Found> {
    group.stream().into_iter().find_map(|tree| match tree {
        TokenTree::Ident(word) if word == "impl" => Some(Found::Impl(word)),
        TokenTree::Group(group) => impl_in(&group),
        _ => None,
    })
}

/// Returns the type with `'static` in place of each named lifetime. With `whole`, elided lifetimes
/// become `'static` too.
pub(super) fn made_static(ty: TokenStream, whole: bool) -> TokenStream {
    let mut result = TokenStream::new();
    let mut trees = ty.into_iter().peekable();
    while let Some(tree) = trees.next() {
        let tick = is_punct(trees.peek(), '\'');
        let elided = whole && is_punct(Some(&tree), '&') && !tick;
        let lifetime = is_punct(Some(&tree), '\'');
        let span = tree.span();
        match tree {
            TokenTree::Group(group) => {
                let inner = made_static(group.stream(), whole);
                let mut made = Group::new(group.delimiter(), inner);
                made.set_span(group.span());
                result.extend([TokenTree::Group(made)]);
            }
            tree => result.extend([tree]),
        }
        if lifetime {
            let name = trees.next();
            let elided = matches!(&name, Some(TokenTree::Ident(name)) if name == "_");
            match name {
                Some(name) if elided && !whole => result.extend([name]),
                _ => result.extend([TokenTree::Ident(Ident::new("static", span))]),
            }
        } else if elided {
            Lifetime::new("'static", span).to_tokens(&mut result);
        }
    }
    result
}

/// Returns the lifetime that comes first, without its `'`, and its number of tokens.
fn lifetime(trees: &[TokenTree]) -> Option<(String, usize)> {
    match trees {
        [TokenTree::Punct(tick), TokenTree::Ident(name), ..] if tick.as_char() == '\'' => {
            Some((name.to_string(), 2))
        }
        // A `$lifetime` fragment comes as a group of its own.
        [TokenTree::Group(group), ..] if group.delimiter() == Delimiter::None => {
            let inner: Vec<_> = group.stream().into_iter().collect();
            (inner.len() == 2)
                .then(|| lifetime(&inner))
                .flatten()
                .map(|(name, _)| (name, 1))
        }
        _ => None,
    }
}

fn is_punct(tree: Option<&TokenTree>, wanted: char) -> bool {
    matches!(tree, Some(TokenTree::Punct(punct)) if punct.as_char() == wanted)
}
