//! All runtimes are compiled in, and whoever builds the program may name one for the whole graph:
//! `RUSTFLAGS='--cfg portable_runtime="smol"' cargo run`.

use portable::runtime::{Builder, CustomRuntime, Runnable, available};

/// A runtime of the program's own, for which a build that leaves no choice has no place.
struct Own;

impl CustomRuntime for Own {
    fn schedule(&self, runnable: Runnable) {
        drop(runnable);
    }
}

#[portable::main]
async fn main() {
    let own = Builder::new_custom(Own).build();
    assert_eq!(own.is_err(), available().len() == 1);
    let runtime = portable::spawn(async { portable::runtime::current() })
        .await
        .unwrap();
    println!("{runtime}, of {}", available().join(" "));
}

#[cfg(test)]
mod tests {
    #[portable::test]
    async fn a_test_runs_on_what_there_is() {
        assert!(portable::runtime::available().contains(&portable::runtime::current()));
    }
}
