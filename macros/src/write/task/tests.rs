use super::expand;
use crate::testing::{assert_tokens, messages, tokens};
use quote::quote;

fn task(args: &str, item: &str) -> proc_macro2::TokenStream {
    expand(tokens(args), tokens(item))
}

fn mistakes(args: &str, item: &str) -> Vec<String> {
    messages(&task(args, item))
}

#[test]
fn a_function_is_nested_as_it_is_with_a_pool_beside_it() {
    assert_tokens(
        &task(
            "pool_size = 4",
            "/// Doc.\n#[inline]\npub async fn blink(mut led: Led, _: u8) -> T { body? ; . }",
        ),
        &tokens(
            r#"
            /// Doc.
            #[inline]
            pub fn blink(led: Led, __arg1: u8) -> ::portable::task::Spawnable<
                impl ::core::future::Future<Output = T> + ::core::marker::Send + 'static
            > {
                pub async fn blink(mut led: Led, _: u8) -> T { body? ; . }
                fn __future(
                        (led, __arg1,): (Led, u8,)
                    ) -> impl ::core::future::Future<Output = T> {
                        blink(led, __arg1)
                    }
                    const __COUNT: usize = 4;
                    static __POOL: ::portable::task::Pool<
                        { ::portable::__private::task_size(__future) },
                        __COUNT,
                    > = ::portable::task::Pool::new();
                    return __POOL.__prepare("blink", blink(led, __arg1));
            }
            "#,
        ),
    );
}

#[test]
fn what_is_left_out_has_a_default() {
    let expanded = task("crate = \"a::b\"", "async fn r#match() {}").to_string();
    for part in [
        quote!(-> a::b::task::Spawnable<impl ::core::future::Future<Output = ()> + ::core::marker::Send + 'static>),
        quote!(
            const __COUNT: usize = 1;
        ),
        quote!((): ()),
        quote!(__POOL.__prepare("match", r#match())),
    ] {
        assert!(expanded.contains(&part.to_string()), "{part}\n{expanded}");
    }
}

#[test]
fn one_that_never_ends_has_a_type_that_stable_rust_can_write() {
    let expanded = task("", "async fn run() -> ! {}").to_string();
    let output = quote!(Output = ::portable::__private::Never);
    assert_eq!(expanded.matches(&output.to_string()).count(), 2);
    assert!(expanded.contains("async fn run () -> ! { }"), "{expanded}");
}

#[test]
fn what_is_borrowed_for_ever_or_for_a_call_may_be_passed() {
    for ty in [
        "&'static str",
        "&'static mut [u8]",
        "Option<&'static (dyn Sync + 'static)>",
        "fn(&u8, &'_ str) -> &u8",
        "Box<dyn Fn(&str) -> &str + Send>",
        "Box<dyn for<'a> Fn(&'a str, &u8) -> Foo<'a> + Send>",
        "for<'a, 'b> fn(Foo<'a>, &'b u8)",
        "[u8; N & 3]",
        "[u8; { &N; 3 }]",
        "(u8, *const u8, Vec<Vec<u8>>)",
        "m!(&u8)",
    ] {
        assert_eq!(
            mistakes("", &format!("async fn f(a: {ty}) {{}}")),
            [""; 0],
            "{ty}"
        );
        assert_eq!(
            mistakes("", &format!("async fn f() -> {ty} {{}}")),
            [""; 0],
            "{ty}"
        );
    }
}

#[test]
fn what_may_end_before_the_task_is_one_mistake() {
    for ty in [
        "&str",
        "&mut u8",
        "&'a u8",
        "&'_ u8",
        "&&'static u8",
        "Foo<'_>",
        "Foo<'a>",
        "Option<&u8>",
        "(u8, &u8)",
        "[&u8; 3]",
        "Box<dyn Fn() + 'a>",
        "Map<fn(&u8) -> u8, &u8>",
        "(for<'a> fn(&'a u8), &'b u8)",
        "impl Fn()",
        "Box<impl Fn()>",
        "fn(impl Fn())",
        "impl Fn(&u8) -> &u8",
    ] {
        for item in [
            format!("async fn f(a: {ty}) {{}}"),
            format!("async fn f() -> {ty} {{}}"),
        ] {
            assert_eq!(mistakes("", &item).len(), 1, "{item}");
        }
    }
}

#[test]
fn each_mistake_of_a_signature_is_one() {
    for item in [
        "fn f() {}",
        "const async fn f() {}",
        "async unsafe fn f() {}",
        "async extern \"C\" fn f() {}",
        "async fn f(a: ...) {}",
        "async fn f<T>() {}",
        "async fn f<T>() where T: X {}",
        "async fn f() where u8: X {}",
        "async fn f((a, b): (u8, u8)) {}",
        "async fn f(ref a: u8) {}",
        "async fn f(#[cfg(x)] a: u8) {}",
        "async fn f(self) {}",
        "async fn f(&self) -> Self {}",
        "async fn f(a: Self) {}",
        "async fn f() { Self::g() }",
        "#[portable::main] async fn f() {}",
        "#[tokio::test] async fn f() {}",
        "#[embassy_executor::task(pool_size = 4)] async fn f() {}",
        "async fn f();",
        "struct S;",
        "impl S {}",
    ] {
        assert_eq!(
            mistakes("", item).len(),
            1,
            "{item}: {:?}",
            mistakes("", item)
        );
    }
}

#[test]
fn a_mistake_of_the_attribute_leaves_the_function_a_task() {
    for (args, message) in [
        ("pool_size = 0", "`pool_size` cannot be 0"),
        ("pool_size = 0usize", "`pool_size` cannot be 0"),
        ("pool_size = \"4\"", "`pool_size` takes a whole number"),
        ("pool_size", "`pool_size` needs a value"),
        ("pool_size =", "`pool_size` needs a value"),
        ("pool_size(4)", "`pool_size` takes its value after a `=`"),
        ("pool_size 4", "a `=` is missing"),
        ("4", "an argument is `key = value`: write `pool_size = 4`"),
        ("\"a\"", "an argument is `key = value`, as in"),
        ("pool_size = 1, pool_size = 2", "`pool_size` is set twice"),
        (
            "size = 4",
            "unknown argument `size`; did you mean `pool_size`?",
        ),
        ("flavor = \"local\"", "unknown argument `flavor`"),
        ("crate = 5", "`crate` takes a path"),
        ("pool_size = 4 crate = a", "a `,` is missing"),
    ] {
        let found = mistakes(args, "async fn f() {}");
        assert_eq!(found.len(), 1, "{args}: {found:?}");
        assert!(found[0].starts_with(message), "{args}: {found:?}");
        let expanded = task(args, "async fn f() {}").to_string();
        assert!(expanded.contains("__POOL"), "{args}: {expanded}");
    }
}

#[test]
fn all_mistakes_are_told_at_once() {
    let found = mistakes(
        "pool_size = 0, prio = 5",
        "fn f<T>((a, b): (T, T), c: &u8) {}",
    );
    assert_eq!(found.len(), 6, "{found:?}");
}
