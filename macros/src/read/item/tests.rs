use super::{Item, body_mentions_self, looks_like_main};
use crate::read::Kind;
use crate::testing::tokens;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

fn parse(tokens: TokenStream) -> Item {
    match Item::parse(Kind::Main.attribute(), tokens) {
        Ok(item) => item,
        Err(error) => panic!("{error:?}"),
    }
}

/// Returns the error, or `None` if rustc has reported it.
fn refusal(source: &str) -> Option<String> {
    match Item::parse(Kind::Main.attribute(), tokens(source)) {
        Ok(_) => panic!("{source} is a function"),
        Err(error) => error.map(|error| error.to_string()),
    }
}

fn in_fragment(tokens: TokenStream) -> TokenStream {
    TokenTree::Group(Group::new(Delimiter::None, tokens)).into()
}

#[test]
fn a_body_is_not_parsed() {
    let source = "pub async fn main() -> u8 { this is . not Rust ? }";
    let item = parse(tokens(source));
    assert_eq!(item.body.stream().to_string(), "this is . not Rust ?");
}

#[test]
fn fragments_of_a_macro_are_seen_through() {
    let mut source = in_fragment(TokenStream::new());
    source.extend(tokens("async fn main()"));
    source.extend(in_fragment(in_fragment(tokens("{ 5 }"))));
    let item = parse(source);
    assert_eq!(item.body.stream().to_string(), "5");

    let whole = in_fragment(tokens("#[inline] pub async fn main() {}"));
    let item = parse(whole);
    assert_eq!(item.attrs.len(), 1);
}

#[test]
fn other_items_are_called_by_their_name() {
    for (source, message) in [
        ("struct S;", "this is a struct"),
        ("pub(crate) enum E {}", "this is an enum"),
        ("#[inline] impl S {}", "this is an impl block"),
        ("const N: u8 = 5;", "this is a constant"),
        ("extern crate core;", "this is an extern item"),
        ("extern \"C\" { fn f(); }", "this is an extern item"),
        ("function!();", "goes on an `async fn`"),
        ("", "goes on an `async fn`"),
        ("async fn f();", "needs a function with a body"),
        ("async fn f(&self) -> u8;", "needs a function with a body"),
        ("default async fn f(-) {}", "cannot read this function"),
        ("async fn f() {} struct S;", "expected the body"),
        ("async fn f() [5]", "expected the body"),
    ] {
        let refusal = refusal(source).unwrap_or_default();
        assert!(refusal.contains(message), "{source}: {refusal}");
    }
}

#[test]
fn what_rustc_has_refused_is_not_refused_once_more() {
    for source in [
        "async fn f(x) {}",
        "async fn f(&x, y: u8) {}",
        "async fn f(Vec<u8>) {}",
        "async fn f(: u8) {}",
        "async fn f(x: ) {}",
        "async fn f(-) {}",
        "async fn f(x: u8 y: u8) {}",
        "async fn f(x: u8; y: u8) {}",
        "async fn f(x: mut u8) {}",
        "async fn f(x: a::B<u8) {}",
        "async fn f(x: &) {}",
        "async fn f(self: ) {}",
        "async fn f(x: u8, self) {}",
        "async fn f {}",
        "async fn fn() {}",
        "unsafe async fn f() {}",
        "extern \"C\" async fn f() {}",
        "async async fn f() {}",
        "async fn f(): u8 {}",
        "async fn f() => u8 {}",
    ] {
        assert_eq!(refusal(source), None, "{source}");
    }
}

#[test]
fn the_braces_of_a_macro_are_not_the_body() {
    for source in [
        "async fn f() -> t!{} { body }",
        "async fn f() -> a::t!{} { body }",
        "async fn f() -> Result<t!{}, &'a t!{ x }> { body }",
        "async fn f<T>() -> &mut t!{} where t!{}: Sized, T: X<t!{}> { body }",
        "async fn f<F>() where F: Fn(t!{}) -> t!{} { body }",
        "async fn f() -> [t!{}; { 3 }] where { body }",
        "async fn f() -> ! { body }",
        "async fn f() -> &'a ! { body }",
        "async fn f() -> *mut ! { body }",
        "async fn f() where F: Fn() -> ! { body }",
    ] {
        let item = parse(tokens(source));
        assert_eq!(item.body.stream().to_string(), "body", "{source}");
    }
}

#[test]
fn main_is_recognized_by_its_name() {
    for (source, is_main) in [
        ("async fn main() {}", true),
        ("pub async fn main(-) -> {}", true),
        ("async fn run() { fn main() {} }", false),
        ("struct main;", false),
        ("fn", false),
    ] {
        assert_eq!(looks_like_main(&tokens(source)), is_main, "{source}");
    }
}

#[test]
fn self_of_an_item_within_the_body_is_its_own() {
    for (body, mentions) in [
        ("Self::new()", true),
        ("if x { f(|| [Self]) }", true),
        ("struct S(Self); Self", true),
        ("impl S { fn new() -> Self { Self } }", false),
        ("impl Trait for S where Self: Sized { }", false),
        ("enum E { A(Box<Self>) } trait T { fn f() -> Self; }", false),
        ("impl S {} Self", true),
        ("self.x", false),
    ] {
        assert_eq!(body_mentions_self(tokens(body)), mentions, "{body}");
    }
}
