//! Feeds pseudo-random tokens to every macro: soup, and valid inputs with a few tokens changed.
//!
//! What must hold: no panic, output that parses, and no input that is accepted by mistake. The
//! same cases in every run; for more of them:
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

/// How many cases each test runs.
fn cases() -> u64 {
    match env::var("PORTABLE_CASES") {
        Ok(number) => number.parse().expect("PORTABLE_CASES is a number"),
        Err(_) => 4_000,
    }
}

/// An xorshift generator: the same tokens in every run.
struct Random(u64);

impl Random {
    /// That of one case, so that none depends on those before it.
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

    /// A group with any delimiters. One without them and with nothing in it comes from a `$vis:vis`
    /// alone.
    fn group(&mut self, inner: TokenStream) -> TokenTree {
        let delimiter = match self.below(4) {
            0 => Delimiter::Brace,
            1 => Delimiter::Bracket,
            2 if !inner.is_empty() => Delimiter::None,
            _ => Delimiter::Parenthesis,
        };
        Group::new(delimiter, inner).into()
    }

    /// Up to `length` pieces, and groups of them.
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

/// Says which input it was, should the test panic.
struct Case<'a>(u64, &'a str, [&'a TokenStream; 2]);

impl Drop for Case<'_> {
    fn drop(&mut self) {
        let Case(number, name, [args, item]) = self;
        if thread::panicking() {
            eprintln!("case {number}: {name}({args}) {item}\n{args:?}\n{item:?}");
        }
    }
}

/// The tokens without groups that have no delimiters.
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
