//! Starts programs that are built for the target of the tests, which may be another than this machine.

use std::env;
use std::ffi::{OsStr, OsString};
use std::process::Command;

/// The variable with the command under which such a program runs, for example
/// `qemu-aarch64 -L /usr/aarch64-linux-gnu`. Spaces divide its words. Cargo's own variable for this,
/// `CARGO_TARGET_…_RUNNER`, is about the programs that Cargo starts.
const RUNNER: &str = "PORTABLE_TEST_RUNNER";

/// Returns how much longer than here a test may take where programs run: an emulator is slow.
pub(crate) fn slowness() -> u32 {
    if env::var_os(RUNNER).is_some() { 10 } else { 1 }
}

/// Returns the words of a command line that starts a program.
pub(crate) fn words(program: impl AsRef<OsStr>) -> Vec<OsString> {
    let runner = env::var(RUNNER).unwrap_or_default();
    let runner = runner.split_whitespace().map(OsString::from);
    runner.chain([program.as_ref().into()]).collect()
}

/// Returns the command that starts a program.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let words = words(program);
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]);
    command
}

/// Returns the path of the running test binary.
pub(crate) fn itself() -> OsString {
    env::current_exe().expect("the binary has a path").into()
}
