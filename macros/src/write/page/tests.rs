use super::expand;
use crate::testing::{assert_tokens, messages, tokens};
use quote::quote;

fn main(args: &str, item: &str) -> proc_macro2::TokenStream {
    expand(tokens(args), tokens(item))
}

#[test]
fn the_start_returns_nothing_and_the_function_is_a_task() {
    let start = quote! {
        return e::__private::entry!({
            e::__private::report_panics();
            e::__private::init(first);
            e::__private::start(main())
        })
    };
    assert_tokens(
        &main(
            "crate = e, flavor = \"multi_thread\", worker_threads = 4, init = first",
            "#[cfg(x)] async fn main() -> Result<(), E> { body . }",
        ),
        &quote! {
            #[cfg(x)]
            fn main() {
                async fn main() -> Result<(), E> { body . }
                #start
            }
        },
    );
}

#[test]
fn each_mistake_is_one() {
    let plain = "async fn main() {}";
    for (args, item) in [
        ("runtime = \"smol\"", plain),
        ("runtime = my::Runtime", plain),
        ("flavor = \"current_thread\", start_paused = true", plain),
        ("watchdog = \"1s\"", plain),
        ("dump_on = \"user_defined1\"", plain),
        ("tokio_context = \"current_thread\"", plain),
        ("flavour = \"multi_thread\"", plain),
        ("", "fn main() {}"),
        ("", "async fn main(a: u8) {}"),
        ("", "async fn start() {}"),
        ("", "async fn start(n: &u8) -> u8 { *n }"),
    ] {
        let found = messages(&main(args, item));
        assert_eq!(found.len(), 1, "{args} {item}: {found:?}");
    }
}
