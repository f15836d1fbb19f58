#[test]
fn there_is_one_runtime() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_tokio_main"))
        .output()
        .unwrap();
    assert_eq!(output.stdout, b"one runtime: true\n", "{output:?}");
}
