use super::expand;
use crate::testing::{assert_tokens, messages, tokens};
use proc_macro2::TokenStream;
use quote::quote;

fn spawn(source: &str) -> TokenStream {
    expand(tokens(&format!("[p] {source}")))
}

#[track_caller]
fn becomes(source: &str, expected: &TokenStream) {
    let expanded = spawn(source);
    assert_eq!(messages(&expanded), [""; 0], "{source}");
    assert_tokens(&expanded, expected);
}

/// Asserts as [`becomes`] does, for the value that is the handle of `expected`.
#[track_caller]
fn gives_handle(source: &str, expected: &TokenStream) {
    becomes(source, &quote!(p::task::spawn_task(#expected)));
}

#[test]
fn a_task_alone_is_a_call() {
    gives_handle("future", &quote!(p::task::spawn(future)));
    gives_handle(
        "async move { this is . not Rust }",
        &quote!(p::task::spawn(async move { this is . not Rust })),
    );
    gives_handle("f::<A, B>(c)", &quote!(p::task::spawn(f::<A, B>(c))));
    gives_handle("future,", &quote!(p::task::spawn(future)));
    gives_handle("local", &quote!(p::task::spawn(local)));
    gives_handle("name == other", &quote!(p::task::spawn(name == other)));
    gives_handle("local.run()", &quote!(p::task::spawn(local.run())));
    gives_handle("detach(future)", &quote!(p::task::spawn(detach(future))));
    gives_handle("[a, b].join()", &quote!(p::task::spawn([a, b].join())));
}

#[test]
fn a_pool_is_where_the_task_goes() {
    gives_handle(
        "pool = POOL, future",
        &quote!({
            let __handle = p::task::Pool::spawn(&(POOL), future);
            __handle
        }),
    );
    becomes(
        "pool = a::POOLS[0], detach, [b] async {}",
        &quote!({
            let b = ::core::clone::Clone::clone(&b);
            ::core::mem::drop(p::task::Pool::spawn(&(a::POOLS[0]), async {}));
        }),
    );
    gives_handle("pool", &quote!(p::task::spawn(pool)));
    gives_handle("pool.run()", &quote!(p::task::spawn(pool.run())));
    for wrong in [
        "pool = POOL, name = \"a\", f",
        "name = \"a\", pool = POOL, f",
        "pool = POOL, local, f",
        "blocking, pool = POOL, || 5",
        "pool = POOL, pool = POOL, f",
        "pool, f",
        "pool = 5, f",
        "poool = POOL, f",
    ] {
        assert_eq!(messages(&spawn(wrong)).len(), 1, "{wrong}");
    }
}

#[test]
fn modifiers_choose_the_function() {
    gives_handle("local, f", &quote!(p::task::spawn_local(f)));
    gives_handle("blocking, || f", &quote!(p::task::spawn_blocking(|| f)));
    becomes(
        "compute, || f",
        &quote!(p::__private::compute!(p::task::spawn_task(
            p::task::spawn_compute(|| f)
        ))),
    );
    becomes(
        "detach, compute, name = \"a\", [b] move || f",
        &quote!(p::__private::compute!({
            let b = ::core::clone::Clone::clone(&b);
            ::core::mem::drop(p::__private::spawned(
                p::task::Builder::new().name("a").spawn_compute(move || f),
            ));
        })),
    );
    becomes("detach, f", &quote!(::core::mem::drop(p::task::spawn(f))));
    becomes(
        "detach, local, f",
        &quote!(::core::mem::drop(p::task::spawn_local(f))),
    );
    gives_handle("local, local", &quote!(p::task::spawn_local(local)));
    gives_handle(
        "blocking, |a, detach| f",
        &quote!(p::task::spawn_blocking(|a, detach| f)),
    );
}

#[test]
fn a_name_goes_through_the_builder() {
    gives_handle(
        "name = \"a\", f",
        &quote!({
            let __handle = p::__private::spawned(p::task::Builder::new().name("a").spawn(f));
            __handle
        }),
    );
    gives_handle(
        "blocking, name = \"a-{b}\", || f",
        &quote!({
            let __handle = p::__private::spawned(
                p::task::Builder::new()
                    .name(&p::__private::format!("a-{b}"))
                    .spawn_blocking(|| f),
            );
            __handle
        }),
    );
    becomes(
        "name = n::<A, B>(), detach, f",
        &quote!({
            ::core::mem::drop(p::__private::spawned(
                p::task::Builder::new().name(&(n::<A, B>())).spawn(f),
            ));
        }),
    );
}

#[test]
fn a_name_is_borrowed_as_a_whole() {
    gives_handle(
        "name = a + b, f",
        &quote!({
            let __handle = p::__private::spawned(p::task::Builder::new().name(&(a + b)).spawn(f));
            __handle
        }),
    );
}

#[test]
fn captures_are_made_before_the_task() {
    gives_handle(
        "local, [a, mut b, c = d.e(), mut g = 5,] async move {}",
        &quote!({
            let a = ::core::clone::Clone::clone(&a);
            let mut b = ::core::clone::Clone::clone(&b);
            let c = d.e();
            let mut g = 5;
            let __handle = p::task::spawn_local(async move {});
            __handle
        }),
    );
    gives_handle("[] async {}", &quote!(p::task::spawn(async {})));
}

#[test]
fn each_mistake_is_one_error() {
    for (source, message) in [
        ("", "takes a future"),
        ("detach,", "the future to spawn comes last"),
        ("name = \"a\"", "the future to spawn comes last"),
        ("name = \"a\",", "the future to spawn comes last"),
        ("blocking, detach,", "the closure to run comes last"),
        ("name, f", "`name` needs a value"),
        ("name = , f", "`name` takes a string"),
        ("name = 5, f", "`name` takes a string"),
        ("name = 5", "`name` takes a string"),
        ("local = true, f", "`local` takes no value"),
        ("a, f", "unknown modifier `a`"),
        ("a = 5", "unknown modifier `a`"),
        ("lcoal, f", "did you mean `local`?"),
        ("nmae = \"a\", f", "did you mean `name`?"),
        ("local, local, f", "stands here twice"),
        ("name = \"a\", name = \"b\", f", "stands here twice"),
        ("local, blocking, f", "exclude each other"),
        ("local, compute, f", "exclude each other"),
        ("blocking, compute, || 5", "exclude each other"),
        ("compute, pool = POOL, || 5", "exclude each other"),
        ("compute,", "the closure to run comes last"),
        ("compute || 5", "a `,` is missing after `compute`"),
        ("compute = 5, || 5", "`compute` takes no value"),
        ("comput, || 5", "did you mean `compute`?"),
        ("local f()", "a `,` is missing after `local`"),
        ("name = \"a\" async {}", "a `,` is missing after `name`"),
        ("blocking || 5", "a `,` is missing after `blocking`"),
        ("blocking |_| 5", "a `,` is missing after `blocking`"),
        ("f, local", "write `local` before it"),
        ("f, local,", "write `local` before it"),
        ("async {}, name = \"a\"", "write `name` before it"),
        ("[a]", "the task follows the list"),
        ("[a], f", "no `,` stands between"),
        ("[a], local, f", "write the modifiers before"),
        ("[a] local, f", "write the modifiers before"),
        ("[a a] f", "a capture is"),
        ("[a.b] f", "a capture is"),
        ("[&a] f", "a capture is"),
        ("[5] f", "a capture is"),
        ("[a =] f", "`a` takes an expression"),
        ("[self] f", "`self` cannot be captured"),
        ("[a, a] f", "is captured twice"),
        ("[a = 5 b] f", "a `,` is missing between two captures"),
    ] {
        let messages = messages(&spawn(source));
        assert_eq!(messages.len(), 1, "{source}: {messages:#?}");
        assert!(messages[0].contains(message), "{source}: {messages:#?}");
    }
    assert_eq!(messages(&expand(TokenStream::new())).len(), 1);
}

#[test]
fn a_mistake_keeps_what_was_meant() {
    for (source, meant) in [
        ("lcoal, f", "spawn_local (f)"),
        ("f, local", "spawn_local (f)"),
        ("local, blocking, async {}", "spawn_local (async { })"),
        ("local, blocking, move || f", "spawn_blocking (move || f)"),
        ("local, compute, move || f", "spawn_blocking (move || f)"),
        ("blocking, compute, || f", "spawn_blocking (|| f)"),
        ("comput, || f", "spawn_blocking (|| f)"),
        ("|| f, compute", "spawn_blocking (|| f)"),
        ("dtach, f", "drop (p :: task :: spawn (f))"),
        ("nam = \"a\", f", "name (\"a\") . spawn (f)"),
    ] {
        let expanded = spawn(source).to_string();
        assert!(expanded.contains(meant), "{source}: {expanded}");
    }
}

#[test]
fn all_mistakes_are_reported_at_once() {
    let messages = messages(&spawn("lcoal, name = 5, a = 4, [self, b, b] f, detach"));
    assert_eq!(messages.len(), 5, "{messages:#?}");
}
