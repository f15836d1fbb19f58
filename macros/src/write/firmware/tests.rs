use super::{expand, no_runtime};
use crate::testing::{assert_tokens, messages, tokens};
use quote::quote;

fn main(args: &str, item: &str) -> proc_macro2::TokenStream {
    expand(tokens(args), tokens(item))
}

#[test]
fn the_executor_is_told_and_the_function_called() {
    assert_tokens(
        &main(
            "entry = \"a::b\", executor = \"c::D\", crate = e",
            "#[cfg(x)] async fn main(s: Spawner) -> ! { body . }",
        ),
        &quote! {
            #[cfg(x)]
            #[e::__private::executor::main(entry = "a::b", executor = "c::D",)]
            async fn main(__spawner: e::__private::Spawner) -> ! {
                async fn main(s: Spawner) -> ! { body . }
                e::__private::enter(__spawner);
                main(__spawner).await
            }
        },
    );
    let expanded = main("", "async fn main() {}").to_string();
    assert!(expanded.contains("main () . await"), "{expanded}");
    assert!(expanded.contains("executor :: main ()"), "{expanded}");
}

#[test]
fn each_mistake_is_one_and_a_main_remains() {
    let plain = "async fn main() {}";
    for (args, item) in [
        ("flavor = \"local\"", plain),
        ("worker_threads = 4", plain),
        ("stack_size = 4", plain),
        ("timeout = \"5s\"", plain),
        ("entry = 5", plain),
        ("entry = \"a(\"", plain),
        ("executor = \"\"", plain),
        ("executor", plain),
        ("entri = \"a\"", plain),
        ("entry = \"a\", entry = \"a\"", plain),
        ("", "fn main() {}"),
        ("", "async fn main() -> u8 {}"),
        ("", "async fn main(a: u8, b: u8) {}"),
        ("", "async fn main<T>() {}"),
        ("", "async unsafe fn main() {}"),
        ("", "async fn start() {}"),
        ("", "#[tokio::main] async fn main() {}"),
    ] {
        let expanded = main(args, item);
        let found = messages(&expanded);
        assert_eq!(found.len(), 1, "{args} {item}: {found:?}");
        let expanded = expanded.to_string();
        assert!(expanded.starts_with("fn main ()"), "{expanded}");
    }
    assert_eq!(messages(&main("entry = \"\"", plain)), [""; 0]);
}

#[test]
fn without_an_executor_there_is_one_mistake() {
    assert_eq!(messages(&no_runtime()).len(), 1);
}
