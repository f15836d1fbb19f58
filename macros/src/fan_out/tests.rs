use super::expand;
use crate::testing::{assert_tokens, messages, tokens};

const ONE: &str = "[(\"tokio\" off) (\"async-std\" on)]";
const TWO: &str = "[(\"tokio\" on) (\"smol\" off) (\"async-std\" on)]";

fn fan_out(runtimes: &str, rest: &str) -> proc_macro2::TokenStream {
    expand(tokens(&format!("{runtimes} {rest}")))
}

#[test]
fn with_one_runtime_the_function_is_the_test() {
    assert_tokens(&fan_out(ONE, "[::p] [] [] [] works"), &tokens(""));
    assert_tokens(&fan_out("[]", "[::p] [] [] [] works"), &tokens(""));
}

#[test]
fn with_several_there_is_one_test_for_each() {
    let both = fan_out(TWO, r#"[::p] [] [#[ignore = "a reason"]] [-> X] works"#);
    assert_tokens(
        &both,
        &tokens(
            r#"
            #[cfg(test)]
            mod works {
                #[allow(unused_imports, clippy::wildcard_imports)]
                use super::*;

                #[ignore = "a reason"]
                #[::core::prelude::v1::test]
                fn tokio() -> X {
                    ::p::__private::test_on("tokio", __run)
                }
                #[ignore = "a reason"]
                #[::core::prelude::v1::test]
                fn async_std() -> X {
                    ::p::__private::test_on("async-std", __run)
                }

                #[allow(dead_code)]
                fn __run() -> X {
                    fn works()
                    where
                        for<'a> ::p::__private::FunctionInABody: ::p::__private::IsATest<'a>,
                    {
                    }
                    {
                        #[allow(unused_imports, clippy::wildcard_imports)]
                        use super::*;

                        works()
                    }
                }
            }
            "#,
        ),
    );
}

#[test]
fn a_list_restricts_the_runtimes() {
    for (runtimes, only, count) in [
        (TWO, "\"async-std\"", 1),
        (ONE, "\"async-std\" \"tokio\"", 1),
        (ONE, "\"tokio\"", 0),
        ("[(\"tokio\" off)]", "\"tokio\"", 0),
    ] {
        let tests = fan_out(runtimes, &format!("[::p] [{only}] [] [] works")).to_string();
        assert_eq!(tests.matches("test_on").count(), count, "{tests}");
    }
}

#[test]
fn a_name_that_is_no_runtime_is_an_error_that_names_the_nearest() {
    let found = messages(&fan_out(TWO, "[::p] [\"smoll\"] [] [] works"));
    assert_eq!(
        found,
        ["there is no runtime \"smoll\"; did you mean \"smol\"?\n\
          the runtimes are `tokio`, `smol` and `async-std`"]
    );
}
