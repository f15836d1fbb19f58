//! `#[portable::test]` makes one test a runtime, and keeps what stands around the function.
#![cfg(all(feature = "macros", feature = "_runtime"))]

use std::num::ParseIntError;

use portable::runtime;

/// The name that the test harness gave to this thread.
fn test_name() -> String {
    std::thread::current()
        .name()
        .unwrap_or_default()
        .to_string()
}

fn named_after(function: &str) -> String {
    match runtime::available().as_slice() {
        [_] => function.to_string(),
        _ => format!("{function}::{}", runtime::current().replace('-', "_")),
    }
}

#[portable::test]
async fn the_name_says_the_runtime_where_there_are_several() {
    let function = "the_name_says_the_runtime_where_there_are_several";
    // On the current-thread flavour this is the harness's own thread.
    assert_eq!(test_name(), named_after(function));
}

mod inside {
    #[portable::test]
    async fn a_module() {
        assert_eq!(super::test_name(), super::named_after("inside::a_module"));
    }
}

mod named_like_a_runtime {
    #[portable::test]
    async fn tokio() {
        let name = super::named_after("named_like_a_runtime::tokio");
        assert_eq!(super::test_name(), name);
    }

    #[portable::test(runtime = "smol")]
    async fn smol() {
        assert_eq!(super::test_name(), "named_like_a_runtime::smol::smol");
    }
}

/// The function in the body is not the one beside it, and neither is a test of the other's name.
#[portable::test]
async fn outside() {
    async fn outside() {}

    outside().await;
}

/// A doc comment, and further attributes on either side.
#[allow(clippy::unused_async)]
#[portable::test]
#[should_panic(expected = "on purpose")]
async fn should_panic_survives() {
    panic!("on purpose");
}

#[portable::test]
#[ignore = "an ignored test does not run, which is what this one is for"]
async fn ignore_survives() {
    panic!("it was ignored");
}

#[portable::test]
async fn a_result_is_the_outcome() -> Result<(), ParseIntError> {
    assert_eq!("42".parse::<u32>()?, 42);
    Ok(())
}

#[cfg(any())]
#[portable::test]
async fn cfg_above_survives() {
    compile_error!("it is not compiled");
}

#[portable::test]
#[cfg(any())]
async fn cfg_below_survives() {
    compile_error!("it is not compiled");
}

#[portable::test(runtime = "smol")]
async fn one_runtime_only() {
    assert_eq!(runtime::current(), "smol");
    assert_eq!(test_name(), "one_runtime_only::smol");
}

#[portable::test(runtime = ["tokio", "async-std"], flavor = "multi_thread")]
async fn some_runtimes_only() {
    assert!(["tokio", "async-std"].contains(&runtime::current()));
}

macro_rules! tests {
    ($($name:ident)*) => {
        $(
            #[portable::test]
            async fn $name() {
                assert_eq!(test_name(), named_after(stringify!($name)));
            }
        )*
    };
}
tests! { made_by_a_macro made_by_a_macro_too }
