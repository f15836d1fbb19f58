//! Feeds pseudo-random tokens to every macro.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::{Expr, File, Item};

use crate::kind::Kind;
use crate::testing::{messages, tokens};
use crate::{entry, item, spawn};

const CASES: usize = 4_000;

/// An xorshift generator: the same tokens in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(end).unwrap()).unwrap()
    }

    fn one_in(&mut self, chances: usize) -> bool {
        self.below(chances) == 0
    }

    fn pick(&mut self, choices: &[&str]) -> TokenStream {
        tokens(choices[self.below(choices.len())])
    }

    /// Up to `length` pieces, and groups of them.
    fn soup(&mut self, pieces: &[&str], length: usize) -> TokenStream {
        let mut soup = TokenStream::new();
        for _ in 0..self.below(length + 1) {
            if length > 1 && self.one_in(8) {
                let delimiters = [
                    Delimiter::Parenthesis,
                    Delimiter::Brace,
                    Delimiter::Bracket,
                    Delimiter::None,
                ];
                let inner = self.soup(pieces, length / 2);
                let group = Group::new(delimiters[self.below(4)], inner);
                soup.extend([TokenTree::Group(group)]);
            } else {
                soup.extend(self.pick(pieces));
            }
        }
        soup
    }

    /// Something that is a function more often than not.
    fn item(&mut self) -> TokenStream {
        let mut item = TokenStream::new();
        for choices in ITEM {
            item.extend(self.pick(choices));
        }
        let body = match self.one_in(4) {
            true => self.soup(SOUP, 12),
            false => self.pick(BODIES),
        };
        if !self.one_in(16) {
            item.extend([TokenTree::Group(Group::new(Delimiter::Brace, body))]);
        }
        if self.one_in(4) {
            self.damage(item)
        } else {
            item
        }
    }

    /// Takes out, doubles or swaps a few trees.
    fn damage(&mut self, stream: TokenStream) -> TokenStream {
        let mut trees: Vec<TokenTree> = stream.into_iter().collect();
        for _ in 0..=self.below(3) {
            if trees.is_empty() {
                break;
            }
            let (here, there) = (self.below(trees.len()), self.below(trees.len()));
            match self.below(4) {
                0 => drop(trees.remove(here)),
                1 => trees.insert(here, trees[there].clone()),
                2 => trees.swap(here, there),
                _ => {
                    let rest = trees.split_off(here);
                    let group = Group::new(Delimiter::None, rest.into_iter().collect());
                    trees.push(TokenTree::Group(group));
                }
            }
        }
        trees.into_iter().collect()
    }
}

const SOUP: &[&str] = &[
    "a", "self", "Self", "fn", "async", "move", "mut", "crate", "::", ",", ",", ";", "=", "=",
    "==", "=>", ".", "|", "||", "&", "#", "!", "->", "<", ">", "'a", "4", "0", "\"text\"",
    "\"{a}\"", "'c'", "1.5", "name", "local", "lcoal", "blocking", "detach", "impl", "$",
];

const ARGS: &[&str] = &[
    "flavor",
    "worker_threads",
    "thread_name",
    "shutdown_timeout",
    "timeout",
    "stack_size",
    "init",
    "crate",
    "name",
    "flavr",
    "=",
    "=",
    "=",
    "=",
    ",",
    ",",
    ",",
    ",",
    "\"multi_thread\"",
    "\"current_thread\"",
    "\"5s\"",
    "\"a\"",
    "0",
    "4",
    "a::b",
    "f::<A, B>()",
    "::",
    "+",
    "|a, b| 5",
    "'a",
    "local",
];

const ITEM: &[&[&str]] = &[
    &["", "", "#[inline]", "#[test]", "#[a::main(b)]", "/// doc\n"],
    &["", "", "pub", "pub(crate)"],
    &["", "", "", "const", "struct", "mod"],
    &["async", "async", "async", "async", ""],
    &[
        "",
        "",
        "",
        "unsafe",
        "extern",
        "extern \"C\"",
        "unsafe extern \"C\"",
    ],
    &["fn", "fn", "fn", "fn", "fn", ""],
    &["main", "run", "r#match", "f"],
    &["", "", "<T>", "<'a, T: X, const N: usize>"],
    &[
        "()",
        "()",
        "()",
        "()",
        "()",
        "()",
        "()",
        "()",
        "()",
        "()",
        "(a: u8)",
        "(mut a: u8, (b, c): D)",
        "(&self)",
        "(self: Box<Self>, _: u8)",
        "(#[cfg(x)] a: u8, #[case] b: &'a str)",
        "(a: u8, ...)",
        "(a: impl X)",
    ],
    &["", "", "-> u8", "-> !", "-> impl X", "-> Result<Self, E>"],
    &["", "", "where T: X", "where"],
];

const BODIES: &[&str] = &[
    "",
    "5",
    "#![allow(x)] f().await?; Ok(())",
    "loop { Self::f() }",
    "let x = 5; x",
    "struct S; impl S { fn f() -> Self { S } }",
];

/// Whether no reading of the tokens makes them an `async fn`.
fn is_no_async_fn(item: &TokenStream) -> bool {
    let says = |word| item::mentions(item, word);
    match syn::parse2(item.clone()) {
        Ok(Item::Fn(function)) => function.sig.asyncness.is_none(),
        Ok(_) => true,
        Err(_) => !says("async") || !says("fn"),
    }
}

#[test]
fn attributes_take_anything() {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let mut clean = 0;
    for case in 0..CASES {
        let args = match case % 4 {
            0 => TokenStream::new(),
            1 => random.soup(SOUP, 10),
            _ => random.soup(ARGS, 8),
        };
        let item = match case % 5 {
            0 => random.soup(SOUP, 12),
            _ => random.item(),
        };
        let kind = if random.one_in(2) {
            Kind::Main
        } else {
            Kind::Test
        };
        let shown = format!("#[{}({args})] {item}", kind.name());
        let expanded = entry::expand(kind, args, item.clone());

        let errors = messages(&expanded);
        if errors.is_empty() {
            clean += 1;
            assert!(!is_no_async_fn(&item), "{shown}");
        }
        // What rustc would not hand to a macro is given back as it is.
        if syn::parse2::<Item>(item).is_ok() {
            let parsed = syn::parse2::<File>(expanded.clone());
            assert!(parsed.is_ok(), "{shown}\n{expanded}");
        }
    }
    assert!(clean > CASES / 100, "{clean} of {CASES} without an error");
}

#[test]
fn spawn_task_takes_anything() {
    let mut random = Random(0xD1B5_4A32_D192_ED03);
    let mut clean = 0;
    for _ in 0..CASES {
        let input = random.soup(SOUP, 12);
        let shown = input.to_string();
        let mut tokens = tokens("[$crate]");
        tokens.extend(input.clone());
        let expanded = spawn::expand(tokens);
        let errors = messages(&expanded);
        if !errors.is_empty() {
            continue;
        }
        clean += 1;
        // `[a] | b` is an expression too, but no future.
        let is_list = shown.starts_with('[');
        if !is_list && syn::parse2::<Expr>(input).is_ok() {
            // `$crate` is a path to rustc, not to syn.
            let source = expanded.to_string().replace("$ crate", "p");
            assert!(
                syn::parse_str::<Expr>(&source).is_ok(),
                "{shown}\n{expanded}"
            );
        }
    }
    assert!(clean > CASES / 50, "{clean} of {CASES} without an error");
}
