//! Compares the end of an expression, and the parts of a signature, with those that syn finds,
//! which reads all of Rust.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};

use super::{Case, Random, cases, flat};
use crate::read::Item;
use crate::syntax::{Expr, FnArg, ReturnType};
use crate::testing::assert_tokens;

/// The words of a grammar: `T` is a type, `P` a path, `E` an expression, `B` a bound. A `{}` after
/// a `$` comes as a fragment of a `macro_rules!`.
const TYPES: &[&str] = &[
    "P",
    "P",
    "P",
    "!",
    "_",
    "(T, T)",
    "(T)",
    "()",
    "[T]",
    "[T; N]",
    "& T",
    "&'static mut T",
    "&&'a T",
    "*const T",
    "*mut T",
    "fn(T) -> T",
    "unsafe extern \"C\" fn(a: T, ...)",
    "for<'a> fn(&'a T)",
    "extern fn()",
    "fn() -> !",
    "dyn B",
    "&dyn B",
    "impl B",
    "<T as P>::P",
    "<T>::P",
    "m!{ T }",
    "a::m![T]",
    "m!(T)",
    "Box<dyn B + B>",
    "&(dyn B + 'a)",
    "[u8; { 3 + N }]",
    "$T",
];
const BOUNDS: &[&str] = &[
    "P",
    "for<'a> P",
    "?Sized",
    "(P)",
    "Fn(T) -> T",
    "async Fn(T)",
    "FnOnce()",
];
const PATHS: &[&str] = &[
    "a",
    "a::b",
    "::a::b",
    "a<T>",
    "a<T, T>",
    "a::<T>::b",
    "a<'a, T, { N > 1 }, -1, \"x\">",
    "Self::a",
    "crate::a",
    "self::a<T>",
    "a<b = T>",
    "a<b: B>",
    "r#fn",
    "Vec<Vec<T>>",
    "Vec<<T as P>::a>",
    "Fn(T, T) -> T",
    "raw",
    "a<'_>",
];
const EXPRESSIONS: &[&str] = &[
    "a",
    "a",
    "4",
    "-4",
    "raw",
    "\"x\"",
    "a::b",
    "E as T",
    "E as T",
    "E as T",
    "E as T",
    "(E as T) + E",
    "E as T as T",
    "& E as T",
    "&raw const a as T",
    "&mut a",
    "*a",
    "!a",
    "E + E",
    "E && E",
    "E <= E",
    "E == E",
    "(E)",
    "[E; N]",
    "[E, E]",
    "a(E, E)",
    "a.b(E)?",
    "a.b::<T>(E)",
    "a::<T>(E)",
    "<T as a>::b(E)",
    "<T>::b",
    "|| E",
    "|a| E",
    "move |a: T, b: &T| E",
    "|a| -> T { E }",
    "async move { E }",
    "async || E",
    "if E { E } else { E }",
    "match E { _ => E }",
    "loop { E }",
    "unsafe { E }",
    "m!(E)",
    "m!{E}",
    "S { a: E }",
    "a[E]",
    "a.await",
    "a.0",
    "a..b",
    "..",
    "E..",
    "a = E",
    "a += E",
    "return E",
    "break 'a E",
    "'a: loop { E }",
    "const { E }",
    "#[x] a",
    "if let Some(a) = b { E } else { E }",
    "$E",
    "a as u8 << 3",
    "a as u8 < b",
];

const PATTERNS: &[&str] = &[
    "a",
    "mut a",
    "_",
    "(a, _)",
    "[a, .., b]",
    "a::B::<C, D>(e)",
    "A { b, c: d, .. }",
    "&a",
    "ref a",
    "a @ B(..)",
    "m!{ a }",
];
const PARAMETERS: &[&str] = &[
    "<>",
    "",
    "",
    "<'a, X>",
    "<#[cfg(a)] X: B + 'a, const N: T>",
    "<X: B, Y = T>",
    "<'a: 'b, X: ?Sized + B,>",
    "<const N: usize = { 3 > 2 }>",
];
const CLAUSES: &[&str] = &[
    "",
    "",
    "where",
    "where T: B + 'a",
    "where T: B, for<'a> T: B,",
    "where 'a: 'b, T: Sized",
];

impl Random {
    /// Returns one of `choices` with each word of the grammar written out.
    fn grow(&mut self, choices: &[&'static str], depth: usize) -> TokenStream {
        let choice = self.pick(choices);
        self.written_out(choice, depth)
    }

    fn written_out(&mut self, tokens: TokenStream, depth: usize) -> TokenStream {
        let mut result = TokenStream::new();
        let mut in_fragment = false;
        for tree in tokens {
            let mut grown: TokenStream = match &tree {
                TokenTree::Ident(word) if word == "T" && depth == 0 => quote!(u8),
                TokenTree::Ident(word) if word == "T" => self.grow(TYPES, depth - 1),
                TokenTree::Ident(word) if word == "B" && depth > 0 => self.grow(BOUNDS, depth - 1),
                TokenTree::Ident(word) if word == "P" && depth > 0 => self.grow(PATHS, depth - 1),
                TokenTree::Ident(word) if word == "E" && depth > 0 => {
                    self.grow(EXPRESSIONS, depth - 1)
                }
                TokenTree::Group(group) => {
                    let inner = self.written_out(group.stream(), depth);
                    TokenTree::from(Group::new(group.delimiter(), inner)).into()
                }
                TokenTree::Punct(punct) if punct.as_char() == '$' => {
                    in_fragment = true;
                    continue;
                }
                _ => tree.into(),
            };
            if std::mem::take(&mut in_fragment) {
                grown = TokenTree::from(Group::new(Delimiter::None, grown)).into();
            }
            result.extend(grown);
        }
        result
    }
}

/// Returns the tokens that follow a `T`.
fn split<T: syn::parse::Parse>(tokens: TokenStream) -> syn::Result<TokenStream> {
    let parser = |input: ParseStream<'_>| {
        input.parse::<T>()?;
        input.parse::<TokenStream>()
    };
    parser.parse2(tokens)
}

#[test]
fn an_expression_ends_where_syn_says_it_does() {
    let mut whole = 0;
    for number in 0..cases() {
        let mut random = Random::of(number);
        let mut input = random.grow(EXPRESSIONS, 4);
        let nothing = TokenStream::new();
        let rest = random.pick(&["", ", a = 4", ", |a, b| c", "; d", "=> e"]);
        input.extend(rest.clone());
        let _case = Case(number, "an expression", [&input, &nothing]);

        // Tokens that syn rejects are no expression, or are newer than syn.
        let Ok(theirs) = split::<syn::Expr>(input.clone()) else {
            continue;
        };
        if theirs.to_string() != rest.to_string() {
            continue;
        }
        whole += 1;
        let ours = split::<Expr>(input.clone()).map(|rest| rest.to_token_stream().to_string());
        match ours {
            Ok(ours) => assert_eq!(ours, rest.to_string(), "{input}"),
            Err(error) => panic!("{error}: {input}"),
        }
    }
    assert!(whole > cases() / 4, "{whole}");
}

/// Asserts that the tokens are the same but for groups without delimiters: syn prints a fragment
/// without its group.
#[track_caller]
fn assert_same(ours: impl ToTokens, theirs: impl ToTokens) {
    let (ours, theirs) = (ours.into_token_stream(), theirs.into_token_stream());
    assert_tokens(&flat(ours), &flat(theirs));
}

#[test]
fn a_signature_has_the_parts_that_syn_says() {
    let mut whole = 0;
    for number in 0..cases() {
        let mut random = Random::of(number);
        let parameters = random.grow(PARAMETERS, 2);
        let inputs: Vec<TokenStream> = (0..random.below(3))
            .map(|_| {
                let (pattern, ty) = (random.pick(PATTERNS), random.grow(TYPES, 3));
                let attribute = random.pick(&["", "", "#[cfg_attr(a, b, c)]"]);
                quote!(#attribute #pattern: #ty)
            })
            .collect();
        let output = match random.one_in(4) {
            true => TokenStream::new(),
            false => {
                let ty = random.grow(TYPES, 3);
                quote!(-> #ty)
            }
        };
        let clause = random.grow(CLAUSES, 3);
        let input = quote! {
            pub async fn f #parameters(#(#inputs),*) #output #clause { body }
        };
        let nothing = TokenStream::new();
        let _case = Case(number, "a function", [&input, &nothing]);

        let Ok(theirs) = syn::parse2::<syn::ItemFn>(input.clone()) else {
            continue;
        };
        whole += 1;
        let ours = match Item::parse("#[a]", input.clone()) {
            Ok(ours) => ours,
            Err(error) => panic!("{error:?}"),
        };
        assert_eq!(ours.body.stream().to_string(), "body");
        let count = theirs.sig.generics.params.len();
        assert_eq!(ours.sig.generics.params.len(), count);
        assert_eq!(ours.sig.inputs.len(), theirs.sig.inputs.len());
        for (ours, theirs) in ours.sig.inputs.iter().zip(&theirs.sig.inputs) {
            match (ours, theirs) {
                (FnArg::Typed(ours), syn::FnArg::Typed(theirs)) => {
                    assert_same(&ours.pat, &theirs.pat);
                    assert_same(&ours.ty, &theirs.ty);
                }
                _ => panic!("there is neither a receiver nor `...`"),
            }
        }
        match (&ours.sig.output, &theirs.sig.output) {
            (ReturnType::Default, syn::ReturnType::Default) => {}
            (ReturnType::Type(_, ours), syn::ReturnType::Type(_, theirs)) => {
                assert_same(ours, theirs);
            }
            _ => panic!("one of them has none"),
        }
        let clause = ours.sig.generics.where_clause.is_some();
        assert_eq!(clause, theirs.sig.generics.where_clause.is_some());
    }
    assert!(whole > cases() / 4, "{whole}");
}
