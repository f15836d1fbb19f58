//! Feeds pseudo-random tokens to every macro: soup, and valid inputs with a few tokens changed.
//!
//! The macros must not panic, must write output that parses, and must accept no input by mistake.
//! The cases are the same in every run; for more of them:
//!
//! ```console
//! $ PORTABLE_CASES=1000000 cargo test -p portable-macros --release random
//! ```

mod attributes;
mod expressions;
mod hidden;
mod mutate;
mod spawn_task;
mod tasks;
mod words;

use std::cell::RefCell;
use std::collections::HashMap;
use std::env;
use std::thread;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use crate::testing::tokens;

/// Returns how many cases each test runs.
fn cases() -> u64 {
    match env::var("PORTABLE_CASES") {
        Ok(number) => number.parse().expect("PORTABLE_CASES is a number"),
        Err(_) => 4_000,
    }
}

/// An xorshift generator, which gives the same tokens in every run.
struct Random(u64);

impl Random {
    /// Makes the generator of one case, which does not depend on the cases before it.
    fn of(case: u64) -> Self {
        let mut random = Self((case + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        random.below(2);
        random
    }

    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let end = u64::try_from(end).unwrap();
        usize::try_from((self.0 >> 16) % end).unwrap()
    }

    fn one_in(&mut self, chances: usize) -> bool {
        self.below(chances) == 0
    }

    fn pick(&mut self, choices: &[&'static str]) -> TokenStream {
        thread_local! {
            static READ: RefCell<HashMap<&'static str, TokenStream>> = RefCell::default();
        }
        let text = choices[self.below(choices.len())];
        READ.with_borrow_mut(|read| read.entry(text).or_insert_with(|| tokens(text)).clone())
    }

    /// Makes a group with any delimiters. An empty group without delimiters comes only from a
    /// `$vis:vis`.
    fn group(&mut self, inner: TokenStream) -> TokenTree {
        let delimiter = match self.below(4) {
            0 => Delimiter::Brace,
            1 => Delimiter::Bracket,
            2 if !inner.is_empty() => Delimiter::None,
            _ => Delimiter::Parenthesis,
        };
        Group::new(delimiter, inner).into()
    }

    /// Makes up to `length` pieces, and groups of them.
    fn soup(&mut self, pieces: &[&'static str], length: usize) -> TokenStream {
        let mut soup = TokenStream::new();
        for _ in 0..self.below(length + 1) {
            if length > 1 && self.one_in(8) {
                let inner = self.soup(pieces, length / 2);
                soup.extend([self.group(inner)]);
            } else {
                soup.extend(self.pick(pieces));
            }
        }
        soup
    }
}

/// Prints the input if the test panics.
struct Case<'a>(u64, &'a str, [&'a TokenStream; 2]);

impl Drop for Case<'_> {
    fn drop(&mut self) {
        let Case(number, name, [args, item]) = self;
        if thread::panicking() {
            eprintln!("case {number}: {name}({args}) {item}\n{args:?}\n{item:?}");
        }
    }
}

/// Returns the tokens with groups without delimiters dissolved.
fn flat(tokens: TokenStream) -> TokenStream {
    let trees = tokens.into_iter().map(|tree| match tree {
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => flat(group.stream()),
        TokenTree::Group(group) => {
            TokenTree::Group(Group::new(group.delimiter(), flat(group.stream()))).into()
        }
        tree => tree.into(),
    });
    trees.collect()
}
