use super::expand;
use crate::read::Kind;
use crate::testing::{assert_tokens, messages, tokens};
use proc_macro2::TokenStream;
use quote::quote;

fn main(args: &str, item: &str) -> TokenStream {
    expand(Kind::Main, tokens(args), tokens(item))
}

#[test]
fn a_function_is_nested_as_it_is() {
    assert_tokens(
        &main(
            "",
            "/// Doc.\n#[inline]\npub async fn main() -> Result<(), E> { body? ; . }",
        ),
        &tokens(
            r"
            /// Doc.
            #[inline]
            pub fn main() -> Result<(), E> {
                pub async fn main() -> Result<(), E> { body? ; . }
                return ::portable::__private::entry!(::portable::__private::plain_main(
                        ::portable::runtime::Builder::new_multi_thread,
                        ::core::pin::pin!(main())
                    ))
            }
            ",
        ),
    );
}

#[test]
fn a_test_ends_its_attributes_with_test_and_asks_for_those_of_each_runtime() {
    assert_tokens(
        &expand(
            Kind::Test,
            tokens("crate = crate"),
            tokens("#[cfg(unix)] #[should_panic] async fn works() {}"),
        ),
        &quote! {
            #[cfg(unix)]
            #[should_panic]
            #[crate::__private::test]
            fn works() {
                async fn works() {}
                return crate::__private::entry!(crate::__private::plain_test(
                        crate::runtime::Builder::new_current_thread,
                        ::core::pin::pin!(works())
                    ))
            }
            #[cfg(unix)]
            crate::__private::runtimes! {
                [crate::__private::fan_out] [crate] [] [] [#[should_panic]] [] works
            }
        },
    );
}

#[test]
fn a_stack_is_a_thread_whose_result_is_an_exit_status() {
    assert_tokens(
        &main(
            "stack_size = BYTES, init = set_up, worker_threads = 2",
            "async fn main() -> Result<(), E> {}",
        ),
        &quote! {
            fn main() -> ::portable::__private::ExitCode {
                async fn main() -> Result<(), E> {}
                return ::portable::__private::entry!(::portable::__private::main_on_stack(
                        ::portable::__private::stack_size(BYTES),
                        move || {
                            ::portable::__private::init(set_up);
                            ::portable::__private::reported::<Result<(), E>>(
                                ::portable::__private::main(
                                    ::portable::runtime::Builder::new_multi_thread()
                                        .worker_threads(2),
                                    ::core::pin::pin!(main())
                                )
                            )
                        }
                    ))
            }
        },
    );
    for (output, outer) in [
        ("", ""),
        ("-> ()", "-> ()"),
        ("-> !", "-> :: portable :: __private :: ExitCode"),
        ("-> impl X", "-> :: portable :: __private :: ExitCode"),
    ] {
        let expanded =
            main("stack_size = 1", &format!("async fn main() {output} {{}}")).to_string();
        assert!(
            expanded.starts_with(&format!("fn main () {outer}")),
            "{expanded}"
        );
        assert!(!expanded.contains("reported ::"), "{expanded}");
    }
}

#[test]
fn only_a_function_that_gives_a_status_has_a_stack() {
    for (kind, item, count) in [
        (Kind::Main, "async fn main() -> u8 {}", 0),
        (Kind::Test, "async fn works() -> u8 {}", 0),
        (Kind::Main, "async fn run() {}", 1),
        (Kind::Main, "async fn main(&self) {}", 1),
        (Kind::Main, "async fn main() { Self::f() }", 1),
    ] {
        let found = messages(&expand(kind, tokens("stack_size = 1"), tokens(item)));
        assert_eq!(found.len(), count, "{item}: {found:?}");
    }
}

#[test]
fn a_timed_test_owns_its_future() {
    let expanded = expand(
        Kind::Test,
        tokens("timeout = \"5s\", init = set_up"),
        tokens("async fn r#match() {}"),
    );
    let call = quote! {
        ::portable::__private::entry!({
            ::portable::__private::init(set_up);
            ::portable::__private::test_within(
                ::portable::__private::timeout(::core::time::Duration::from_secs(5)),
                ::core::concat!(::core::module_path!(), "::", "match"),
                &mut ::portable::runtime::Builder::new_current_thread(),
                ::portable::__private::Box::pin(r#match()),
            )
        })
    };
    let (expanded, call) = (expanded.to_string(), call.to_string());
    assert!(expanded.contains(&call), "{expanded}\n{call}");
}

#[test]
fn a_test_has_the_signature_of_one() {
    for (item, mistakes) in [
        ("async fn works<'a>() {}", 0),
        ("async fn works(a: u8) {}", 1),
        ("async fn works<T>() {}", 1),
        ("async fn works<T>(a: T) {}", 2),
        ("async fn works(&self, a: u8) {}", 1),
        ("async unsafe fn works() {}", 1),
    ] {
        let expanded = expand(Kind::Test, TokenStream::new(), tokens(item));
        let found = messages(&expanded);
        assert_eq!(found.len(), mistakes, "{item}: {found:?}");
        assert_eq!(
            expanded.to_string().contains(":: test]"),
            mistakes == 0,
            "{expanded}"
        );
    }
}

#[test]
fn what_makes_the_tests_comes_first() {
    for maker in [
        "rstest",
        "rstest::rstest",
        "test_case(1)",
        "test_matrix([1])",
    ] {
        let item = tokens(&format!(
            "#[cfg(x)] #[{maker}] #[case(1)] pub async fn works(#[case] a: u8) -> u8 {{ a }}"
        ));
        assert_tokens(
            &expand(Kind::Test, tokens("timeout = \"5s\", crate = p"), item),
            &tokens(&format!(
                "#[cfg(x)] #[{maker}] #[case(1)]
                #[p::test(timeout = \"5s\", crate = p)]
                pub async fn works(#[case] a: u8) -> u8 {{ a }}"
            )),
        );
    }
    // The arguments' mistakes are reported once for all of the tests.
    let item = "#[rstest] #[case(1)] #[case(2)] async fn works(#[case] a: u8) {}";
    let expanded = expand(Kind::Test, tokens("flavr = 4"), tokens(item));
    assert_eq!(messages(&expanded).len(), 1);
    assert!(!expanded.to_string().contains("case"), "{expanded}");
}

#[test]
fn arguments_and_generics_are_passed_on() {
    assert_tokens(
        &main(
            "flavor = \"local\"",
            "async unsafe fn run<'a, T: X, const N: usize>(
                #[allow(unused)] mut a: &'a T,
                #[cfg(x)] (b, c): (u8, u8),
                #[case] a: u8,
                run: [u8; N],
                _d: u8,
            ) -> impl Y where T: Z {}",
        ),
        &quote! {
            #[track_caller]
            unsafe fn run<'a, T: X, const N: usize>(
                a: &'a T,
                #[cfg(x)] __arg1: (u8, u8),
                #[case] __arg2: u8,
                __arg3: [u8; N],
                __arg4: u8,
            ) -> impl Y where T: Z {
                #[allow(clippy::future_not_send)]
                async unsafe fn run<'a, T: X, const N: usize>(
                    #[allow(unused)] mut a: &'a T,
                    #[cfg(x)] (b, c): (u8, u8),
                    a: u8,
                    run: [u8; N],
                    _d: u8,
                ) -> impl Y where T: Z {}
                return ::portable::__private::entry!(::portable::__private::plain_call(
                        ::portable::runtime::Builder::new_current_thread,
                        ::core::pin::pin!(unsafe {
                            run::<T, N>(a, #[cfg(x)] __arg1, __arg2, __arg3, __arg4)
                        })
                    ))
            }
        },
    );
}

#[test]
fn a_receiver_makes_the_body_a_block() {
    let expanded = main(
        "",
        "async fn f(&mut self, mut a: u8, _: u8) -> u8 { #![allow(x)] self.b + a }",
    );
    let edge = quote! {
        if let ::core::option::Option::Some(__output) = ::core::option::Option::None::<u8> {
            return __output;
        }
    };
    assert_tokens(
        &expanded,
        &quote! {
            #[track_caller]
            fn f(&mut self, a: u8, __arg2: u8,) -> u8 {
                #![allow(x)]
                let __future = async move {
                    #edge
                    let mut a = a;
                    let __arg2 = __arg2;
                    let _ = __arg2;
                    self.b + a
                };
                return ::portable::__private::entry!(::portable::__private::plain_call(
                        ::portable::runtime::Builder::new_multi_thread,
                        ::core::pin::pin!(__future)
                    ))
            }
        },
    );
}

#[test]
fn only_what_needs_it_becomes_a_block() {
    for (item, block) in [
        ("async fn f() {}", false),
        ("async fn f() -> Self {}", true),
        ("async fn f(x: &Self) {}", true),
        ("async fn f(self: Box<Self>) {}", true),
        ("async fn f() where Self: Sized {}", true),
        ("async fn f() { Self::g().await }", true),
        (
            "async fn f() { struct S; impl S { fn g() -> Self { S } } }",
            false,
        ),
    ] {
        let expanded = main("", item).to_string();
        assert_eq!(expanded.contains("async move"), block, "{item}");
    }
}

#[test]
fn no_edge_for_a_type_that_a_variable_cannot_have() {
    for output in ["!", "impl X", "Result<impl X, E>"] {
        let expanded = main("", &format!("async fn f(&self) -> {output} {{}}")).to_string();
        assert!(!expanded.contains("__output"), "{output}");
    }
}

#[test]
fn a_mistake_leaves_a_function_that_is_typed_and_used() {
    let expanded = main("flavr = 4", "pub async fn run(a: u8) -> impl X { a }");
    assert_eq!(messages(&expanded).len(), 1);
    assert_tokens(
        &expanded.into_iter().take(9).collect(),
        &quote! {
            pub fn run(a: u8,) -> impl X {
                #[allow(clippy::future_not_send)]
                pub async fn run(a: u8) -> impl X { a }
                return {
                    fn __output<Future: ::core::future::Future>(_: Future) -> Future::Output {
                        loop {}
                    }
                    __output(run(a))
                }
            }
        },
    );
}

#[test]
fn an_error_never_needs_portable() {
    for item in [
        "async fn main() {}",
        "fn main() {}",
        "async fn f(&self) -> u8 {}",
        "async fn main(a: u8) {}",
        "struct S;",
    ] {
        let expanded = main("crate = 4", item).to_string();
        assert!(!expanded.contains(":: portable"), "{expanded}");
    }
}

#[test]
fn signatures_are_refused_with_all_their_mistakes() {
    for (item, mistakes) in [
        ("fn f() {}", 1),
        ("const fn f() {}", 2),
        ("const async fn f() {}", 1),
        ("async extern \"C\" fn f() {}", 1),
        ("async unsafe extern \"C\" fn f(a: u8, ...) {}", 2),
        ("#[portable::main] async fn f() {}", 1),
        ("#[main] #[a::main(b)] async fn f() {}", 2),
        ("#[test] async fn f() {}", 0),
        ("async fn f<T>(a: T) where T: X {}", 0),
        ("async fn main<T>(a: T) where T: X {}", 3),
        ("async unsafe fn main() {}", 1),
        ("async fn main<'a>() {}", 1),
        ("async fn main(&self, a: u8) {}", 0),
    ] {
        let messages = messages(&main("", item));
        assert_eq!(messages.len(), mistakes, "{item}: {messages:#?}");
    }
}

#[test]
fn mistakes_of_arguments_and_signature_come_together() {
    let expanded = main("flavr = 4, worker_threads = 0", "const fn main(a: u8) {}");
    assert_eq!(messages(&expanded).len(), 5);
}

#[test]
fn a_second_test_attribute_is_taken_out() {
    for attribute in [
        "#[test]",
        "#[tokio::test]",
        "#[::core::prelude::v1::test]",
        "#[a::test(b)]",
    ] {
        let item = format!("#[cfg(x)] {attribute} #[ignore = \"a reason\"] async fn works() {{}}");
        let expanded = expand(Kind::Test, TokenStream::new(), tokens(&item));
        assert_eq!(messages(&expanded).len(), 1, "{attribute}");
        let attributes: TokenStream = expanded.into_iter().take(6).collect();
        assert_tokens(
            &attributes,
            &quote!(#[cfg(x)] #[ignore = "a reason"] #[::core::prelude::v1::test]),
        );
    }
}

#[test]
fn main_stays_whatever_its_signature_says() {
    for item in [
        "async fn main(a: u8) -> Result<T, E> {}",
        "pub unsafe fn main<T>() where T: X {}",
        "async fn main(-) {}",
        "async fn main() -> u8",
    ] {
        let expanded = main("", item).to_string();
        assert!(expanded.contains("fn main () {"), "{expanded}");
        assert!(!expanded.starts_with("async"), "{expanded}");
    }
}

#[test]
fn a_function_without_a_body_gets_one() {
    let expanded = main("", "#[inline] pub async fn f(&self, a: u8) -> u8;");
    assert_eq!(messages(&expanded).len(), 1, "{expanded}");
    let function = quote! {
        #[inline]
        pub async fn f(&self, _: u8) -> u8 { loop {} }
    };
    let length = function.clone().into_iter().count();
    assert_tokens(&expanded.into_iter().take(length).collect(), &function);
}

#[test]
fn what_is_no_function_stays_as_it_is() {
    for item in [
        "struct S ;",
        "default async fn f (- ) { }",
        "mod m { fn main () { } }",
    ] {
        let expanded = main("", item);
        assert_eq!(messages(&expanded).len(), 1, "{item}");
        let item = tokens(item);
        let length = item.clone().into_iter().count();
        assert_tokens(&expanded.into_iter().take(length).collect(), &item);
    }
}

/// Returns the expansion of `item`, without spaces.
fn squeezed(item: &str) -> String {
    main("", item).to_string().replace(char::is_whitespace, "")
}

#[test]
fn an_attribute_in_a_cfg_attr_is_for_the_side_that_it_means() {
    let expanded = squeezed(
        "async fn f(
            #[cfg_attr(a, cfg(b), allow(c), case(d, e))] x: u8,
            #[cfg_attr(a, cfg_attr(b, cfg(c)))] y: u8,
            #[cfg_attr(a, case)] z: u8,
        ) {}",
    );
    for part in [
        "fnf(#[cfg_attr(a,cfg(b),case(d,e))]x:u8,#[cfg_attr(a,cfg_attr(b,cfg(c)))]y:u8,\
         #[cfg_attr(a,case)]z:u8,)",
        "asyncfnf(#[cfg_attr(a,cfg(b),allow(c))]x:u8,#[cfg_attr(a,cfg_attr(b,cfg(c)))]y:u8,z:u8,)",
        "f(#[cfg_attr(a,cfg(b))]x,#[cfg_attr(a,cfg_attr(b,cfg(c)))]y,z)",
    ] {
        assert!(expanded.contains(part), "{part}\n{expanded}");
    }
    let method = squeezed("async fn f(self, #[cfg_attr(a, cfg(b), allow(c))] (x, y): (u8, u8)) {}");
    let bindings = "let_=&self;#[cfg_attr(a,cfg(b))]let__arg1=__arg1;\
                    #[cfg_attr(a,cfg(b))]#[cfg_attr(a,allow(c))]let(x,y)=__arg1;";
    assert!(method.contains(bindings), "{method}");
}

#[test]
fn a_block_takes_all_that_it_is_given() {
    for (receiver, is_taken) in [
        ("self", true),
        ("mut self", true),
        ("self: Box<Self>", true),
        ("&self", false),
        ("&'a mut self", false),
    ] {
        let expanded = squeezed(&format!("async fn f({receiver}) {{}}"));
        assert_eq!(expanded.contains("let_=&self;"), is_taken, "{receiver}");
    }
    let expanded = squeezed("async fn f(#[cfg(a)] self, _: u8, ref b: u8, mut c: u8) {}");
    let bindings = "#[cfg(a)]let_=&self;let__arg1=__arg1;let_=__arg1;let__arg2=__arg2;\
                    letrefb=__arg2;letmutc=c;";
    assert!(expanded.contains(bindings), "{expanded}");
}

#[test]
fn what_a_nested_function_cannot_have_makes_the_body_a_block() {
    for (item, block) in [
        ("async fn f<#[cfg(a)] T>() {}", true),
        (
            "async fn f<#[cfg_attr(a, cfg(b))] const N: usize>() {}",
            true,
        ),
        ("async fn f<#[cfg(a)] 'a, #[may_dangle] T>() {}", false),
        ("async fn f() -> t!() {}", true),
        ("async fn f(_: Vec<a::t![]>) {}", true),
        ("async fn f() where t!{}: X {}", true),
        ("async fn f() -> ! { t!() }", false),
        ("async fn f() -> &'a ! { t!() }", false),
    ] {
        assert_eq!(
            main("", item).to_string().contains("async move"),
            block,
            "{item}"
        );
    }
    // The function is not in an `impl` block, so no macro expands to `Self`.
    let on_a_stack = main("stack_size = 1", "async fn main() -> t!() {}").to_string();
    assert!(!on_a_stack.contains("async move"), "{on_a_stack}");
    let test = expand(
        Kind::Test,
        TokenStream::new(),
        tokens("async fn f() -> t!() {}"),
    );
    assert!(!test.to_string().contains("async move"), "{test}");
}

#[test]
fn an_edge_is_there_for_a_type_that_a_macro_gives() {
    let expanded = squeezed("async fn f() -> t!() {}");
    let edge = "iflet::core::option::Option::Some(__output)=__none(__type){return__output;}";
    assert_eq!(expanded.matches(edge).count(), 2, "{expanded}");
}

#[test]
fn what_says_how_code_is_made_is_for_the_body() {
    let expanded = squeezed(
        "#[inline] #[target_feature(enable = \"a\")] \
         #[cfg_attr(b, target_feature(enable = \"c\"), must_use)] async fn f() {}",
    );
    let inner = "{#[target_feature(enable=\"a\")]\
                 #[cfg_attr(b,target_feature(enable=\"c\"))]asyncfnf(){}";
    assert!(expanded.contains(inner), "{expanded}");
}

#[test]
fn only_what_another_calls_blames_its_caller() {
    for (kind, item, count) in [
        (Kind::Main, "async fn f() {}", 1),
        (Kind::Main, "async fn main(&self) {}", 1),
        (Kind::Main, "async fn main() {}", 0),
        (Kind::Test, "async fn f() {}", 0),
        (Kind::Main, "#[track_caller] async fn f() {}", 1),
        (
            Kind::Main,
            "#[cfg_attr(a, track_caller)] async fn f() {}",
            1,
        ),
    ] {
        let expanded = expand(kind, TokenStream::new(), tokens(item)).to_string();
        assert_eq!(expanded.matches("track_caller").count(), count, "{item}");
    }
}

#[test]
fn nothing_is_allowed_that_a_crate_may_forbid() {
    for (item, allows) in [
        ("async fn main() {}", false),
        ("async fn main() { println!(\"{}\", f(!a)) }", false),
        ("async fn main() { a.await }", true),
        (
            "async fn main() { if a { println!(\"{}\", b.await) } }",
            true,
        ),
        ("async fn main() { join!(a, b); }", true),
        (
            "async fn main() { spawn_task!([a] async move { b.await }); f(async { c.await }) }",
            false,
        ),
        ("async fn f(a: u8) {}", true),
        ("async fn f(&self, a: u8) { a.await }", false),
    ] {
        let expanded = main("", item).to_string();
        assert_eq!(expanded.contains("allow"), allows, "{expanded}");
        let others = expanded.replace("allow (clippy :: future_not_send)", "");
        assert!(!others.contains("allow"), "{others}");
    }
}
