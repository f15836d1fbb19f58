use std::process::Command;

#[test]
fn the_firmware_runs_under_embassys_own_main() {
    let output = Command::new(env!("CARGO_BIN_EXE_firmware"))
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert_eq!(printed, "3 blinks\ntrue\n2 counts on embassy\n");
    assert!(output.status.success());
}
