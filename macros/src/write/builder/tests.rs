use super::around;
use crate::errors::Errors;
use crate::read::{Args, Kind};
use crate::testing::{assert_tokens, messages, tokens};
use quote::{ToTokens, quote};

#[track_caller]
fn args(kind: Kind, source: &str) -> Args {
    let mut errors = Errors::default();
    let args = Args::parse(kind, tokens(source), &mut errors);
    assert_eq!(messages(&errors.to_token_stream()), [""; 0]);
    args
}

#[track_caller]
fn builder(kind: Kind, source: &str) -> proc_macro2::TokenStream {
    super::builder(kind, &args(kind, source))
}

#[test]
fn the_default_flavor_depends_on_the_attribute() {
    assert_tokens(
        &builder(Kind::Main, ""),
        &quote!(&mut ::portable::runtime::Builder::new_multi_thread()),
    );
    assert_tokens(
        &builder(Kind::Test, ""),
        &quote!(&mut ::portable::runtime::Builder::new_current_thread()),
    );
}

#[test]
fn settings_are_calls_in_the_order_written() {
    assert_tokens(
        &builder(
            Kind::Test,
            "thread_name = name::<A, B>(), worker_threads = 1 + 1, flavor = \"multi_thread\", \
             shutdown_timeout = \"5s\", max_blocking_threads = MAX, thread_stack_size = 3 << 20,",
        ),
        &quote!(
            ::portable::runtime::Builder::new_multi_thread()
                .thread_name(name::<A, B>())
                .worker_threads(1 + 1)
                .shutdown_timeout(::core::time::Duration::from_secs(5))
                .max_blocking_threads(MAX)
                .thread_stack_size(3 << 20)
        ),
    );
}

#[test]
fn settings_that_need_a_feature_are_macros_around_the_rest() {
    assert_tokens(
        &builder(
            Kind::Main,
            "dump_on = \"SIGUSR1\", watchdog = \"50ms\", thread_name = \"worker\"",
        ),
        &quote!(::portable::__private::watchdog!(
            ::portable::__private::dump_on!(
                ::portable::runtime::Builder::new_multi_thread().thread_name("worker"),
                @user_defined1
            ),
            ::core::time::Duration::from_millis(50)
        )),
    );
    assert_tokens(
        &builder(Kind::Main, "tokio_context = \"multi_thread\""),
        &quote!(::portable::__private::tokio_context!(
            ::portable::runtime::Builder::new_multi_thread(),
            @MultiThread
        )),
    );
    assert_tokens(
        &builder(Kind::Test, "dump_on = KIND"),
        &quote!(::portable::__private::dump_on!(
            ::portable::runtime::Builder::new_current_thread(),
            KIND
        )),
    );
}

#[test]
fn the_name_of_a_runtime_is_checked_where_the_runtimes_are_known() {
    assert_tokens(
        &builder(Kind::Main, "runtime = \"smol\""),
        &quote!(
            ::portable::runtime::Builder::new_multi_thread()
                .runtime(::portable::__private::runtimes! { [::portable::__private::pin] "smol" })
        ),
    );
    assert_tokens(
        &builder(Kind::Main, "runtime = choose()"),
        &quote!(::portable::__private::runtime(
            &mut ::portable::runtime::Builder::new_multi_thread(),
            choose()
        )),
    );
}

#[test]
fn both_single_thread_flavors_start_the_same_builder() {
    for flavor in ["current_thread", "local"] {
        assert_tokens(
            &builder(Kind::Main, &format!("flavor = \"{flavor}\"")),
            &quote!(&mut ::portable::runtime::Builder::new_current_thread()),
        );
    }
}

#[test]
fn what_is_around_the_builder_is_no_call_of_it() {
    let source = "stack_size = 8 << 20, name = \"a\", init = || set_up(), timeout = \"5s\"";
    let args = args(Kind::Test, source);
    assert_tokens(
        &super::builder(Kind::Test, &args),
        &quote!(::portable::runtime::Builder::new_current_thread().name("a")),
    );
    for (found, wanted) in [
        (
            around(&args, "stack_size"),
            quote!(::portable::__private::stack_size(8 << 20)),
        ),
        (
            around(&args, "init"),
            quote!(::portable::__private::init(|| set_up())),
        ),
        (
            around(&args, "timeout"),
            quote!(::portable::__private::timeout(
                ::core::time::Duration::from_secs(5)
            )),
        ),
    ] {
        assert_tokens(&found.expect("it was given"), &wanted);
    }
}

#[test]
fn a_listed_flavor_is_asked_for_and_may_have_no_workers() {
    assert_tokens(
        &builder(Kind::Test, "flavor = [\"multi_thread\"], name = \"a\""),
        &quote!(::portable::__private::on_flavor().name("a")),
    );
    assert_tokens(
        &builder(
            Kind::Test,
            "name = \"a\", worker_threads = 2, flavor = [\"local\", \"multi_thread\"]",
        ),
        &quote!(
            ::portable::__private::worker_threads(&mut ::portable::__private::on_flavor(), 2)
                .name("a")
        ),
    );
}
