use super::super::arguments::{ALIASES, ARGUMENTS};
use super::Args;
use crate::errors::Errors;
use crate::read::Kind;
use crate::testing::{assert_tokens, messages, tokens};
use quote::{ToTokens, quote};

fn parse(kind: Kind, source: &str) -> (Args, Vec<String>) {
    let mut errors = Errors::default();
    let args = Args::parse(kind, tokens(source), &mut errors);
    (args, messages(&errors.to_token_stream()))
}

#[test]
fn a_program_runs_on_one_runtime() {
    for (source, cure) in [
        ("runtime = [\"tokio\"]", "write `runtime = \"tokio\"`"),
        (
            "runtime = [\"tokio\", \"smol\"]",
            "write `runtime = \"tokio\"`",
        ),
        ("runtime = []", "write `runtime = \"smol\"`"),
        ("runtime = [NAME]", "write `runtime = \"smol\"`"),
    ] {
        let (_, messages) = parse(Kind::Main, source);
        assert_eq!(messages.len(), 1, "{source}: {messages:?}");
        assert!(messages[0].contains(cure), "{source}: {messages:?}");
    }
}

#[test]
fn a_test_names_its_runtimes_in_literals() {
    for (source, names) in [
        ("runtime = \"smol\"", &["\"smol\""][..]),
        (
            "runtime = [\"smol\", \"tokio\"]",
            &["\"smol\"", "\"tokio\""],
        ),
        ("", &[]),
    ] {
        let (args, messages) = parse(Kind::Test, source);
        assert_eq!(messages, [""; 0], "{source}");
        let found: Vec<_> = args.runtimes.iter().map(ToString::to_string).collect();
        assert_eq!(found, names, "{source}");
    }
    for source in ["runtime = []", "runtime = [1]", "runtime = 1"] {
        let (_, messages) = parse(Kind::Test, source);
        let [message] = &messages[..] else {
            panic!("{source}: {messages:?}");
        };
        assert!(message.contains("write `runtime = \"smol\"`"), "{message}");
    }
}

#[test]
fn a_runtime_of_the_users_own_is_an_expression() {
    for (kind, source) in [
        (Kind::Main, "runtime = my::Runtime"),
        (
            Kind::Main,
            "runtime = my::Runtime::new(4), worker_threads = 1",
        ),
        (Kind::Test, "runtime = my::Runtime"),
        (
            Kind::Test,
            "flavor = \"multi_thread\", runtime = my::Runtime",
        ),
    ] {
        let (args, messages) = parse(kind, source);
        assert_eq!(messages, [""; 0], "{source}");
        assert!(args.runtime_expression().is_some(), "{source}");
    }
    let (_, messages) = parse(Kind::Test, "flavor = [\"local\"], runtime = my::Runtime");
    assert!(messages[0].contains("remove `flavor`"), "{messages:?}");
}

#[test]
fn the_crate_is_a_path_or_a_string() {
    for (source, path) in [
        ("crate = a::b", quote!(a::b)),
        ("crate = \"a::b\"", quote!(a::b)),
        ("crate = ::a", quote!(::a)),
        ("crate = crate", quote!(crate)),
        ("crate = \"crate::a\"", quote!(crate::a)),
        ("crate = self::a", quote!(self::a)),
        ("", quote!(::portable)),
    ] {
        let (args, messages) = parse(Kind::Main, source);
        assert_eq!(messages, [""; 0], "{source}");
        assert_tokens(&args.path, &path);
    }
}

#[test]
fn each_mistake_is_one_error() {
    for (source, message) in [
        ("flavor", "`flavor` needs a value"),
        ("flavor =", "`flavor` needs a value"),
        ("flavor = ,", "`flavor` needs a value"),
        ("flavor = 1", "`flavor` takes a string"),
        ("flavor = local", "`flavor` takes a string"),
        ("flavor = \"x\"", "unknown flavor \"x\""),
        ("flavor == \"local\"", "a `=` is missing after `flavor`"),
        ("flavor => \"local\"", "a `=` is missing after `flavor`"),
        ("local", "write `flavor = \"local\"`"),
        ("\"local\"", "write `flavor = \"local\"`"),
        ("(flavor = \"local\")", "an argument is `key = value`"),
        ("= 4", "an argument is `key = value`"),
        (",", "an argument is `key = value`"),
        ("a::b = 4", "the key of an argument is one word"),
        ("worker_threads(4)", "takes its value after a `=`"),
        ("worker_threads::<4>()", "takes its value after a `=`"),
        ("worker_threads = 0", "cannot be 0"),
        ("worker_threads = 0b0", "cannot be 0"),
        ("max_blocking_threads = 0usize", "cannot be 0"),
        ("worker_threads = 'c'", "takes a whole number"),
        ("worker_threads = =", "takes an expression"),
        ("thread_stack_size = \"2MiB\"", "takes a number of bytes"),
        ("thread_name = b\"a\"", "takes a string"),
        ("shutdown_timeout = 5", "takes a string with a unit"),
        ("shutdown_timeout = \"5\"", "has no unit"),
        ("crate = a::<b>", "takes a path"),
        ("crate = <a as b>::c", "takes a path"),
        ("crate = \"\"", "takes a path"),
        ("crate = f()", "takes a path"),
        ("worker_threads = 1, worker_threads = 0", "is set twice"),
        (
            "worker_threads = 1 flavor = \"multi_thread\"",
            "a `,` is missing",
        ),
        ("threads = f::<A, B>()", "did you mean `worker_threads`?"),
        ("r#flavor = 4", "unknown argument `r#flavor`"),
        ("start_paused = true", "`start_paused` needs `flavor"),
        ("start_paused = 1", "takes `true` or `false`"),
        ("stack_size = \"8MiB\"", "takes a number of bytes"),
        ("init = \"set_up\"", "takes a function or a closure"),
        ("name = 4", "takes a string"),
        ("timeout = \"5s\"", "is for `#[portable::test]`"),
        ("timeout = 5", "is for `#[portable::test]`"),
        ("timeout", "is for `#[portable::test]`"),
        ("stack = 4", "did you mean `stack_size`?"),
        ("setup = f", "did you mean `init`?"),
    ] {
        let (_, messages) = parse(Kind::Main, source);
        assert_eq!(messages.len(), 1, "{source}: {messages:#?}");
        assert!(messages[0].contains(message), "{source}: {messages:#?}");
    }
}

#[test]
fn only_tests_have_a_limit() {
    for (source, message) in [
        ("timeout = 5", "takes a string with a unit"),
        ("timeout = \"5\"", "has no unit"),
        ("timeout = \"0s\"", "cannot be 0"),
        ("timeout", "needs a value"),
        ("limit = \"5s\"", "did you mean `timeout`?"),
    ] {
        let (_, messages) = parse(Kind::Test, source);
        assert_eq!(messages.len(), 1, "{source}: {messages:#?}");
        assert!(messages[0].contains(message), "{source}: {messages:#?}");
    }
    let (_, messages) = parse(Kind::Main, "limit = \"5s\"");
    assert!(!messages[0].contains("`timeout`"), "{messages:#?}");
}

#[test]
fn aliases_lead_to_arguments() {
    for (alias, meant) in ALIASES {
        let is = |name| ARGUMENTS.iter().any(|argument| argument.name == name);
        assert!(is(meant) && !is(alias), "{alias}");
    }
}

#[test]
fn all_mistakes_are_reported_at_once() {
    let (_, messages) = parse(
        Kind::Main,
        "flavr = \"local\", 5, worker_threads = 0, worker_threads = 0, thread_name, crate = 4",
    );
    assert_eq!(messages.len(), 6, "{messages:#?}");
}

#[test]
fn workers_need_the_flavor_that_has_them() {
    let refused = |kind, source| {
        let (_, messages) = parse(kind, source);
        messages
            .iter()
            .any(|m| m.contains("`worker_threads` needs"))
    };
    assert!(refused(Kind::Test, "worker_threads = 4"));
    assert!(refused(
        Kind::Test,
        "flavor = \"local\", worker_threads = 4"
    ));
    assert!(refused(
        Kind::Main,
        "worker_threads = 4, flavor = \"current_thread\""
    ));
    assert!(!refused(Kind::Main, "worker_threads = 4"));
    assert!(!refused(
        Kind::Main,
        "worker_threads = 4, flavor = \"multi_thread\""
    ));
    // It is unknown which flavor was meant here.
    assert!(!refused(Kind::Test, "worker_threads = 4, flavor = \"x\""));
    assert!(!refused(Kind::Test, "worker_threads = 4, flavor"));
    // The number itself is wrong already.
    assert!(!refused(Kind::Test, "worker_threads = 0"));
}

#[test]
fn a_test_lists_its_flavors() {
    let names = |source| {
        let (args, messages) = parse(Kind::Test, source);
        assert_eq!(messages, [""; 0], "{source}");
        let flavors = args.flavors()?.iter();
        Some(flavors.map(|(flavor, _)| flavor.name()).collect::<Vec<_>>())
    };
    assert_eq!(names("flavor = \"local\""), None);
    assert_eq!(names("flavor = [\"local\"]"), Some(vec!["local"]));
    assert_eq!(
        names("flavor = [\"local\", \"multi_thread\"], worker_threads = 2"),
        Some(vec!["local", "multi_thread"])
    );
    for (kind, source, message) in [
        (Kind::Test, "flavor = []", "or a list like"),
        (Kind::Test, "flavor = [local]", "or a list like"),
        (Kind::Test, "flavor = F", "or a list like"),
        (Kind::Test, "flavor = [\"x\"]", "unknown flavor \"x\""),
        (
            Kind::Test,
            "flavor = [\"local\", \"local\"]",
            "is listed twice",
        ),
        (
            Kind::Test,
            "flavor = [\"local\", \"current_thread\"], worker_threads = 2",
            "`worker_threads` needs",
        ),
        (
            Kind::Main,
            "flavor = [\"multi_thread\", \"local\"]",
            "write `flavor = \"multi_thread\"`",
        ),
        (
            Kind::Main,
            "flavor = []",
            "write `flavor = \"current_thread\"`",
        ),
    ] {
        let (_, messages) = parse(kind, source);
        assert_eq!(messages.len(), 1, "{source}: {messages:?}");
        assert!(messages[0].contains(message), "{source}: {messages:?}");
    }
}
