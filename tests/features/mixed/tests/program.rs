#[test]
fn the_program_says_so() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_mixed"))
        .output()
        .unwrap();
    assert_eq!(output.stdout, b"smol, the library's task too: smol\n");
}
