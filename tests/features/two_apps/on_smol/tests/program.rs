#[test]
fn it_runs_on_its_own() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_on_smol"))
        .output()
        .unwrap();
    assert_eq!(output.stdout, b"smol\n", "{output:?}");
}
