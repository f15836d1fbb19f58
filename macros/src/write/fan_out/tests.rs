use super::expand;
use crate::errors::Errors;
use crate::read::{Args, Kind};
use crate::testing::{assert_tokens, messages, tokens};

const ONE: &str = "[(\"tokio\" off) (\"async-std\" on)]";
const TWO: &str = "[(\"tokio\" on) (\"smol\" off) (\"async-std\" on)]";

fn fan_out(runtimes: &str, rest: &str) -> proc_macro2::TokenStream {
    expand(tokens(&format!("{runtimes} {rest}")))
}

fn args(source: &str) -> Args {
    Args::parse(Kind::Test, tokens(source), &mut Errors::default())
}

#[test]
fn with_one_runtime_the_function_is_the_test() {
    assert_tokens(&fan_out(ONE, "[::p] [] [] [] [] works"), &tokens(""));
    assert_tokens(&fan_out("[]", "[::p] [] [] [] [] works"), &tokens(""));
}

#[test]
fn with_several_there_is_one_test_for_each() {
    let both = fan_out(TWO, r#"[::p] [] [] [#[ignore = "a reason"]] [] works"#);
    assert_tokens(
        &both,
        &tokens(
            r#"
            #[ignore = "a reason"]
            #[::core::prelude::v1::test]
            fn works__tokio() {
                ::p::__private::test_on("tokio", works)
            }
            #[ignore = "a reason"]
            #[::core::prelude::v1::test]
            fn works__async_std() {
                ::p::__private::test_on("async-std", works)
            }
            "#,
        ),
    );
}

#[test]
fn what_a_test_returns_is_made_an_exit_status() {
    let both = fan_out(TWO, "[::p] [] [] [] [Result<(), E>] r#match");
    assert_tokens(
        &both,
        &tokens(
            r#"
            #[::core::prelude::v1::test]
            fn match__tokio() -> ::p::__private::ExitCode {
                ::p::__private::outcome_on::<Result<(), E>>("tokio", r#match)
            }
            #[::core::prelude::v1::test]
            fn match__async_std() -> ::p::__private::ExitCode {
                ::p::__private::outcome_on::<Result<(), E>>("async-std", r#match)
            }
            "#,
        ),
    );
}

#[test]
fn a_function_with_less_than_two_tests_is_named_all_the_same() {
    let named = "#[cfg(test)] const _: () = { let _ = (works, works); };";
    assert_tokens(
        &fan_out(TWO, "[::p] [\"smol\"] [] [] [] works"),
        &tokens(named),
    );
    assert_tokens(
        &fan_out(TWO, "[::p] [\"tokio\" \"smol\"] [] [] [] works"),
        &tokens(&format!(
            "#[::core::prelude::v1::test]
            fn works__tokio() {{ ::p::__private::test_on(\"tokio\", works) }}
            {named}"
        )),
    );
}

#[test]
fn the_tests_have_what_is_said_of_the_function() {
    let item = "#[doc = \"x\"] #[cfg(unix)] #[should_panic] #[expect(deprecated, reason = \"y\")] \
                #[allow(dead_code)] #[inline] async fn works() -> Old {}";
    let item = crate::read::Item::parse("#[test]", tokens(item)).expect("it is a function");
    assert_tokens(
        &super::call(&args("crate = ::p"), &item, false),
        &tokens(
            r#"#[cfg(unix)] ::p::__private::runtimes! {
                [::p::__private::fan_out] [::p] [] []
                [#[should_panic] #[allow(deprecated, reason = "y")] #[allow(dead_code)]]
                [Old] works
            }"#,
        ),
    );
}

#[test]
fn only_a_type_that_has_a_name_is_named() {
    for (item, is_status, output) in [
        ("async fn works() {}", false, ""),
        ("async fn works() -> () {}", true, ""),
        ("async fn works() -> u8 {}", false, "u8"),
        ("async fn works() -> u8 {}", true, "_"),
        ("async fn works() -> ! {}", false, "_"),
        ("async fn works() -> Result<impl X, u8> {}", false, "_"),
        ("async fn works<'a>() -> &'a str {}", false, "_"),
    ] {
        let parsed = crate::read::Item::parse("#[test]", tokens(item)).expect("it is a function");
        let call = super::call(&args(""), &parsed, is_status).to_string();
        let wanted = format!("[{output}] works");
        assert!(call.contains(&wanted), "{item}: {call}");
    }
}

#[test]
fn a_list_of_flavors_is_one_test_for_each() {
    let flavors = r#"["multi_thread" "local"]"#;
    let names = |runtimes, only| {
        let input = format!("{runtimes} [::p] [{only}] {flavors} [] [] works");
        let tests = expand(tokens(&input)).to_string();
        let names = tests.split("fn ").skip(1);
        let names = names.filter_map(|rest| Some(rest.split_once(' ')?.0.to_owned()));
        names.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(names(ONE, ""), "works__multi_thread works__local");
    assert_eq!(
        names(ONE, "\"async-std\""),
        "works__async_std__multi_thread works__async_std__local"
    );
    assert_eq!(
        names(TWO, ""),
        "works__tokio__multi_thread works__tokio__local works__async_std__multi_thread \
         works__async_std__local"
    );
    let tests = expand(tokens(&format!("{ONE} [::p] [] [\"local\"] [] [] works")));
    assert_tokens(
        &tests,
        &tokens(
            r#"
            #[::core::prelude::v1::test]
            fn works__local() {
                ::p::__private::set_flavor(::p::runtime::Builder::new_current_thread);
                ::p::__private::test_on("async-std", works)
            }
            #[cfg(test)] const _: () = { let _ = (works, works); };
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
        let tests = fan_out(runtimes, &format!("[::p] [{only}] [] [] [] works")).to_string();
        assert_eq!(tests.matches("fn works__").count(), count, "{tests}");
    }
}

#[test]
fn a_name_that_is_no_runtime_is_an_error_that_names_the_nearest() {
    let found = messages(&fan_out(TWO, "[::p] [\"smoll\"] [] [] [] works"));
    assert_eq!(
        found,
        ["there is no runtime \"smoll\"; did you mean \"smol\"?\n\
          the runtimes are `tokio`, `smol` and `async-std`"]
    );
}
