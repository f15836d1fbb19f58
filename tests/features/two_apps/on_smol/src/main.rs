//! An application on smol; built together with one on another runtime, it keeps its own because it
//! says which.

#[portable::main(runtime = "smol")]
async fn main() {
    println!("{}", portable::runtime::current());
}

#[cfg(test)]
mod tests {
    #[test]
    fn it_runs_on_its_own() {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_on_smol")).output().unwrap();
        assert_eq!(output.stdout, b"smol\n", "{output:?}");
    }
}
