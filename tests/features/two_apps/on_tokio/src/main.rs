//! An application on tokio; built together with one on another runtime, it keeps its own because it
//! says which.

#[portable::main(runtime = "tokio")]
async fn main() {
    println!("{}", portable::runtime::current());
}

#[cfg(test)]
mod tests {
    #[test]
    fn it_runs_on_its_own() {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_on_tokio")).output().unwrap();
        assert_eq!(output.stdout, b"tokio\n", "{output:?}");
    }
}
