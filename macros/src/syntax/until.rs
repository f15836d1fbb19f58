//! Reads groups, and tokens up to a given place.
//!
//! The braces of a macro call, as in `-> output!{}`, do not end the tokens.

use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::ParseStream;

/// The depth of a token in angle brackets.
#[derive(Default)]
pub(super) struct Angles {
    depth: usize,
    /// Whether the next `>` belongs to a `->` or `=>`.
    in_arrow: bool,
}

impl Angles {
    pub(super) fn pass(&mut self, tree: &TokenTree) {
        let TokenTree::Punct(punct) = tree else {
            self.in_arrow = false;
            return;
        };
        match punct.as_char() {
            '<' => self.depth += 1,
            '>' if !self.in_arrow => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        self.in_arrow = matches!(punct.as_char(), '-' | '=') && punct.spacing() == Spacing::Joint;
    }

    pub(super) fn are_closed(&self) -> bool {
        self.depth == 0 && !self.in_arrow
    }
}

/// How much of `path::name!` has been read. A group after all of it belongs to the macro.
#[derive(Default, PartialEq, Eq)]
enum Call {
    #[default]
    Nothing,
    Tick,
    Name,
    Bang,
}

impl Call {
    fn pass(&mut self, tree: &TokenTree) {
        // The type `!` may follow these words, and a lifetime.
        const NO_NAMES: [&str; 5] = ["mut", "const", "dyn", "impl", "as"];
        *self = match (&*self, tree) {
            (Call::Name, TokenTree::Punct(punct)) if punct.as_char() == '!' => Call::Bang,
            (_, TokenTree::Punct(punct)) if punct.as_char() == '\'' => Call::Tick,
            (Call::Tick, _) => Call::Nothing,
            (_, TokenTree::Ident(word)) if NO_NAMES.iter().all(|other| word != other) => Call::Name,
            (_, TokenTree::Group(group)) if is_fragment(group) => Call::Name,
            _ => Call::Nothing,
        };
    }
}

fn is_fragment(group: &Group) -> bool {
    group.delimiter() == Delimiter::None
}

/// Returns whether `tokens`, which are those of a type or a signature, call a macro.
pub(crate) fn calls_a_macro(tokens: TokenStream) -> bool {
    let mut call = Call::default();
    tokens.into_iter().any(|tree| {
        let found = match &tree {
            TokenTree::Group(group) => {
                !is_fragment(group) && call == Call::Bang || calls_a_macro(group.stream())
            }
            _ => false,
        };
        call.pass(&tree);
        found
    })
}

/// Returns whether the word stands anywhere in `tokens`.
pub(crate) fn mentions(tokens: impl ToTokens, word: &str) -> bool {
    mentioned(tokens.into_token_stream(), word)
}

fn mentioned(tokens: TokenStream, word: &str) -> bool {
    tokens.into_iter().any(|tree| match tree {
        TokenTree::Ident(ident) => ident == word,
        TokenTree::Group(group) => mentioned(group.stream(), word),
        _ => false,
    })
}

/// Reads everything before the first place outside of angle brackets at which `stop` holds.
pub(super) fn until(
    input: ParseStream<'_>,
    stop: &dyn Fn(ParseStream<'_>) -> bool,
) -> syn::Result<TokenStream> {
    let mut tokens = TokenStream::new();
    let mut angles = Angles::default();
    let mut call = Call::default();
    while !input.is_empty() {
        if angles.are_closed() && call != Call::Bang && stop(input) {
            break;
        }
        let tree: TokenTree = input.parse()?;
        angles.pass(&tree);
        call.pass(&tree);
        tokens.extend([tree]);
    }
    Ok(tokens)
}

/// Reads as [`until`] does, and reports an error if there is nothing.
pub(super) fn some_until(
    input: ParseStream<'_>,
    what: &str,
    stop: &dyn Fn(ParseStream<'_>) -> bool,
) -> syn::Result<TokenStream> {
    let missing = input.error(format_args!("expected {what}"));
    let tokens = until(input, stop)?;
    match tokens.is_empty() {
        true => Err(missing),
        false => Ok(tokens),
    }
}

/// Reads a group, also one that came through a `macro_rules!` fragment.
pub(super) fn group(input: ParseStream<'_>, delimiter: Delimiter) -> syn::Result<Group> {
    input.step(|cursor| match cursor.group(delimiter) {
        Some((inner, span, rest)) => {
            let mut group = Group::new(delimiter, inner.token_stream());
            group.set_span(span.join());
            Ok((group, rest))
        }
        None => Err(cursor.error(match delimiter {
            Delimiter::Bracket => "expected square brackets",
            _ => "expected parentheses",
        })),
    })
}
