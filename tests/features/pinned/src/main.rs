//! All runtimes are compiled in, and whoever builds the program may name one for the whole graph:
//! `RUSTFLAGS='--cfg portable_runtime="smol"' cargo run`.

#[portable::main]
async fn main() {
    let runtime = portable::spawn(async { portable::runtime::current() })
        .await
        .unwrap();
    println!("{runtime}, of {}", portable::runtime::available().join(" "));
}

#[cfg(test)]
mod tests {
    #[portable::test]
    async fn a_test_runs_on_what_there_is() {
        assert!(portable::runtime::available().contains(&portable::runtime::current()));
    }
}
