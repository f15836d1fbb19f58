//! Tests that `#[portable::test]` makes one test per runtime, and keeps the attributes of the
//! function.
#![cfg(all(feature = "macros", feature = "_runtime"))]

use std::num::ParseIntError;

use portable::runtime;

/// Returns the name that the test harness gave to this thread.
fn test_name() -> String {
    std::thread::current()
        .name()
        .unwrap_or_default()
        .to_string()
}

fn named_after(function: &str) -> String {
    match runtime::available().as_slice() {
        [_] => function.to_string(),
        _ => format!("{function}__{}", runtime::current().replace('-', "_")),
    }
}

#[portable::test]
async fn the_name_says_the_runtime_where_there_are_several() {
    let function = "the_name_says_the_runtime_where_there_are_several";
    // The harness's own thread runs the tasks of the current-thread flavour.
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
        assert_eq!(super::test_name(), "named_like_a_runtime::smol__smol");
    }
}

mod flavors {
    use portable::runtime;
    use std::thread;

    fn named_after(function: &str, flavor: &str) -> String {
        format!("{}__{flavor}", super::named_after(function))
    }

    /// Returns the name of this test, and whether a task of it runs on a thread of its own.
    async fn test() -> (String, bool) {
        let (name, id) = (super::test_name(), thread::current().id());
        let task = portable::spawn(async { thread::current().id() });
        (name, task.await.unwrap() != id)
    }

    /// Asserts that the name is that of a flavor of `function`, and that the task ran where it
    /// should.
    #[track_caller]
    fn check(function: &str, (name, has_worker): (String, bool)) {
        let has_workers = !["embassy", "pollster"].contains(&runtime::current());
        if name == named_after(function, "multi_thread") {
            assert_eq!(has_worker, has_workers);
        } else {
            assert_eq!(name, named_after(function, "current_thread"));
            assert!(!has_worker);
        }
    }

    #[portable::test(flavor = ["multi_thread", "current_thread"])]
    async fn both() {
        check("flavors::both", test().await);
    }

    #[portable::test(flavor = ["current_thread", "multi_thread"], worker_threads = 1)]
    async fn workers() -> Result<(), std::fmt::Error> {
        check("flavors::workers", test().await);
        Ok(())
    }

    #[portable::test(
        flavor = ["current_thread", "multi_thread"],
        timeout = "60s",
        stack_size = 4 << 20,
        thread_name = "worker"
    )]
    async fn on_a_stack() {
        check("flavors::on_a_stack", test().await);
    }

    #[portable::test(flavor = ["local"], runtime = ["smol", "tokio"])]
    async fn restricted() {
        let runtime = runtime::current();
        let name = format!("flavors::restricted__{runtime}__local");
        assert_eq!(test().await, (name, false));
    }

    /// A call by hand runs on the flavor that a test has by default.
    #[test]
    fn called() {
        let name = super::test_name();
        flavor_of_the_function(name);
    }

    #[allow(unnameable_test_items)]
    fn flavor_of_the_function(called_by: String) {
        #[portable::test(flavor = ["multi_thread"])]
        async fn function() {
            assert!(!test().await.1);
        }

        assert_eq!(called_by, "flavors::called");
        function();
    }
}

/// The names of the tests below are taken in the namespaces of types and of macros. They may be, as
/// under `#[tokio::test]`.
mod taken {
    use std::fs;
    use std::io::{self, Write as _};

    #[derive(Clone, Copy)]
    #[allow(non_camel_case_types)]
    enum kind {
        Some,
    }

    #[allow(non_camel_case_types)]
    trait behaviour {
        fn behave(&self) -> u8;
    }

    #[allow(non_camel_case_types)]
    type alias = u8;

    mod cache {
        pub(super) fn get() -> u8 {
            5
        }
    }

    macro_rules! a_macro {
        () => {
            5
        };
    }

    #[portable::test]
    async fn fs() {
        assert!(fs::metadata("/no such file").is_err());
    }

    #[portable::test]
    async fn io() -> io::Result<()> {
        io::sink().flush()
    }

    #[portable::test]
    async fn kind() {
        assert_eq!(kind::Some as u8, 0);
    }

    #[portable::test]
    async fn behaviour() {
        struct Thing;

        impl behaviour for Thing {
            fn behave(&self) -> u8 {
                5
            }
        }

        assert_eq!(Thing.behave(), 5);
    }

    #[portable::test]
    async fn alias() {
        let number: alias = 5;
        assert_eq!(number, 5_u8);
    }

    #[portable::test]
    async fn cache() {
        assert_eq!(cache::get(), 5);
        assert_eq!(self::cache::get(), 5);
    }

    #[portable::test]
    async fn a_macro() {
        assert_eq!(a_macro!(), 5);
    }

    mod by_a_glob {
        use super::*;

        #[portable::test]
        async fn cache() {
            assert_eq!(cache::get(), 5);
        }

        #[portable::test]
        async fn kind() {
            assert_eq!(kind::Some as u8, 0);
        }

        /// The name of the test is that of the module around it.
        #[portable::test]
        async fn by_a_glob() {
            assert_eq!(super::cache::get(), 5);
        }

        /// The name of the test is that of another test, which the glob imports too.
        #[portable::test]
        async fn a_macro() {}
    }
}

/// The names of these tests are those of crates, of types of the language and of the prelude.
mod known {
    #[portable::test]
    async fn core() {
        assert_eq!(core::mem::size_of::<u8>(), 1);
    }

    #[portable::test]
    async fn std() -> Result<(), std::fmt::Error> {
        std::result::Result::Ok(())
    }

    #[portable::test]
    async fn alloc() {}

    #[portable::test]
    async fn portable() {
        portable::task::yield_now().await;
    }

    #[portable::test]
    async fn test() {}

    #[portable::test]
    async fn u8() {
        let number: u8 = 5;
        assert_eq!(number, 5);
    }

    #[portable::test]
    async fn drop() {}

    #[portable::test]
    #[allow(non_snake_case)]
    async fn Ok() {}

    #[portable::test]
    #[allow(non_snake_case)]
    async fn String() {
        assert_eq!(String::from("text"), "text");
    }

    #[portable::test]
    async fn vec() {
        assert_eq!(vec![5].len(), 1);
    }

    #[portable::test]
    async fn main() {}
}

/// The names of these tests are no plain words.
mod spelt {
    #[portable::test]
    async fn r#match() {
        let name = match super::runtime::available().as_slice() {
            [_] => "spelt::r#match".to_string(),
            _ => super::named_after("spelt::match"),
        };
        assert_eq!(super::test_name(), name);
    }

    #[portable::test(timeout = "60s")]
    async fn r#async() {}

    #[portable::test]
    async fn r#mod() {}

    #[portable::test]
    async fn union() {}

    #[portable::test]
    async fn default() {}

    #[portable::test]
    async fn größe() {}

    #[portable::test]
    async fn _begins() {}

    #[portable::test]
    async fn ends_() {}

    #[portable::test]
    async fn ends() {}

    #[portable::test]
    #[allow(non_snake_case)]
    async fn ends__() {}

    #[portable::test]
    #[allow(non_snake_case)]
    async fn parsesURL() -> Result<(), ParseIntError> {
        Ok(())
    }

    use std::num::ParseIntError;
}

/// A test function may be called by others and is a test too.
mod called {
    #[portable::test]
    async fn one() -> Result<(), String> {
        Ok(())
    }

    #[test]
    fn another() {
        assert_eq!(one(), Ok(()));
    }
}

#[portable::test]
async fn an_output_that_has_no_name() -> impl std::process::Termination {}

#[portable::test]
async fn an_output_with_a_lifetime<'a>() -> Result<(), &'a str> {
    Ok(())
}

mod old {
    #[deprecated]
    #[derive(Debug)]
    pub(super) struct Error;
}

/// The lint is off for the type in each of the tests too, and no test breaks the expectation.
#[portable::test]
#[expect(deprecated, reason = "that is what the test is for")]
async fn an_expected_lint() -> Result<(), old::Error> {
    Ok(())
}

/// The function in the body is not the one beside it, and is no test of the same name.
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
    assert_eq!(test_name(), "one_runtime_only__smol");
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
