use super::{Attribute, Expr, ReturnType, Signature};
use crate::testing::{assert_tokens, tokens};
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{ParseStream, Parser};

fn fragment(source: &str) -> TokenStream {
    TokenTree::Group(Group::new(Delimiter::None, tokens(source))).into()
}

/// Returns the expression at the beginning, and the tokens that follow it.
fn split(source: &str) -> Option<(String, String)> {
    let parser = |input: ParseStream<'_>| {
        let expression: Expr = input.parse()?;
        let rest: TokenStream = input.parse()?;
        Ok((expression.to_token_stream().to_string(), rest.to_string()))
    };
    parser.parse2(tokens(source)).ok()
}

#[test]
fn an_expression_ends_where_syn_says_it_does() {
    for expression in [
        "4",
        "-4u8",
        "'c'",
        "true",
        "a",
        "a::b::C",
        "<A<B, C> as D>::e::<F, G>(h, i)",
        "a::<B, C>()",
        "Vec::<Box<dyn Fn(A, B) -> C>>::new()",
        "|a, b| a + b",
        "|| 5",
        "move |a: A<B, C>, _| -> Vec<D> { a }",
        "async move { a; b }",
        "async || a.await",
        "a as Vec<A, B>",
        "a as *const u8 as usize + 1",
        "&mut *a",
        "!a && b || c",
        "a < b",
        "a << b >> c",
        "a.0.1",
        "a.b::<C, D>().e?[f].await?",
        "a = b",
        "a += b",
        "..",
        "a..",
        "..=b",
        "a..b",
        "if a { b } else if c { d } else { e }",
        "if let Some(a) = b { c } else { d }",
        "match a { b => c, d => e }",
        "'a: loop { break 'a 5 }",
        "for a in b { c }",
        "unsafe { a() }",
        "m!(a, b)",
        "a::m![b; c]",
        "S { a, b: c, ..d }",
        "(a, b)",
        "[a, b]",
        "#[a] b",
        "return",
        "3 * 1024 * 1024",
        "std::time::Duration::from_secs(5)",
    ] {
        assert!(
            syn::parse_str::<syn::Expr>(expression).is_ok(),
            "{expression}"
        );
        let whole = tokens(expression).to_string();
        for rest in [", next = 5", "", ", |a, b| c"] {
            let wanted = (whole.clone(), tokens(rest).to_string());
            let found = split(&format!("{expression}{rest}"));
            assert_eq!(found, Some(wanted), "{expression}");
        }
    }
}

#[test]
fn two_expressions_in_a_row_are_two() {
    for (both, first) in [
        ("4 flavor = 5", "4"),
        ("\"a\" \"b\"", "\"a\""),
        ("a b", "a"),
        ("a::b() c", "a::b()"),
        ("a => b", "a"),
        ("a; b", "a"),
        ("a: b", "a"),
        ("5 'a", "5"),
    ] {
        let found = split(both).map(|(first, _)| first);
        assert_eq!(found, Some(tokens(first).to_string()), "{both}");
    }
}

#[test]
fn half_an_expression_is_none() {
    for half in [
        "struct", "", ",", "= 4", "4 +", "a.", "&", "if", "a as", "a as ,", "-> a", "::<A", "|a",
        ":",
    ] {
        assert_eq!(split(half), None, "{half}");
    }
}

#[test]
fn fragments_are_what_is_in_them() {
    let literal: Expr = syn::parse2(fragment("\"a\"")).unwrap();
    assert!(literal.literal().is_some());
    let path: Expr = syn::parse2(fragment("a::b")).unwrap();
    assert!(path.path().is_some());
    let list: Expr = syn::parse2(fragment("[\"a\", b, 5,]")).unwrap();
    assert_eq!(list.list().map(<[Expr]>::len), Some(3));
    let sum: Expr = syn::parse2(fragment("1 + 2")).unwrap();
    assert!(sum.literal().is_none() && sum.path().is_none() && sum.list().is_none());
}

#[test]
fn a_signature_prints_as_it_is() {
    for source in [
        "fn f()",
        "const async unsafe extern \"C\" fn f()",
        "extern fn f(a: u8, ...)",
        "async fn f<'a, T: Fn(A) -> B + 'a, const N: usize, U = Vec<T>>(&'a mut self, _: T,)",
        "fn f(self: Box<Self>, A::B(a, b): C<D, E>, [a, .., b]: [u8; { 3 }]) -> Vec<Vec<T>>",
        "fn f(#[a(b)] mut a: impl Fn(u8) -> u8) -> impl Fn() -> u8 + use<> where T: X, U: Y<{ 3 }>,",
        "fn f() -> <A as B<C>>::D where for<'a> &'a T: X",
        "fn r#match(mut self) -> !",
    ] {
        let signature: Signature =
            syn::parse_str(source).unwrap_or_else(|error| panic!("{source}: {error}"));
        assert_tokens(&signature.to_token_stream(), &tokens(source));
        let full: syn::Signature = syn::parse_str(source).unwrap();
        assert_eq!(
            full.receiver().is_some(),
            signature.receiver().is_some(),
            "{source}"
        );
        assert_eq!(full.inputs.len(), signature.inputs.len(), "{source}");
        assert_eq!(
            full.variadic.is_some(),
            signature.variadic.is_some(),
            "{source}"
        );
        assert_eq!(
            full.generics.params.len(),
            signature.generics.params.len(),
            "{source}"
        );
        let clause = signature.generics.where_clause;
        assert_eq!(
            full.generics.where_clause.is_some(),
            clause.is_some(),
            "{source}"
        );
    }
}

#[test]
fn some_types_are_known() {
    let output = |source: &str| match syn::parse_str::<Signature>(source).unwrap().output {
        ReturnType::Type(_, ty) => (ty.is_never(), ty.is_unit()),
        ReturnType::Default => panic!("{source} has no type"),
    };
    assert_eq!(output("fn f() -> !"), (true, false));
    assert_eq!(output("fn f() -> ()"), (false, true));
    assert_eq!(output("fn f() -> (u8,)"), (false, false));
    assert_eq!(output("fn f() -> Result<(), E>"), (false, false));
    for (ty, wanted) in [
        ("!", (true, false)),
        ("()", (false, true)),
        ("u8", (false, false)),
    ] {
        let mut source = tokens("fn f() ->");
        source.extend(fragment(ty));
        let Ok(Signature {
            output: ReturnType::Type(_, ty),
            ..
        }) = syn::parse2(source)
        else {
            panic!("{ty} is a type");
        };
        assert_eq!((ty.is_never(), ty.is_unit()), wanted);
    }
}

#[test]
fn an_attribute_has_a_path() {
    let parser = Attribute::parse_outer;
    let attributes = parser
        .parse2(tokens(
            "#[inline] #[::a::test(b)] #[unsafe(no_mangle)] #[c = \"d\"]",
        ))
        .unwrap();
    let paths = attributes.iter().map(|attribute| attribute.path());
    let last = paths.map(|path| path.segments.last().unwrap().to_string());
    assert_eq!(last.collect::<Vec<_>>(), ["inline", "test", "unsafe", "c"]);
    assert!(attributes[0].path().is_ident("inline"));
    assert!(!attributes[1].path().is_ident("test"));
}
