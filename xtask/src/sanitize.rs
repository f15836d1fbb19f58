//! Runs the contract's tests under AddressSanitizer, with detection of leaks. They run on the
//! executor that smol and async-std share, whose tasks are the only unsafe code here.

use crate::run::{Result, cargo, output, step};

/// Returns the host's target triple.
pub fn host() -> Result<String> {
    let version = output(std::process::Command::new("rustc").arg("-vV"))?;
    String::from_utf8_lossy(&version.stdout)
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .map(str::to_string)
        .ok_or_else(|| "rustc does not say what the host is".to_string())
}

pub fn sanitize() -> Result {
    let mut test = cargo(&["test", "--test", "contract", "--target", &host()?]);
    test.args(["--features", "smol,async-std,sync,select"])
        .args(["--target-dir", "target/sanitize"])
        .args(["--", "--test-threads", "8"])
        // The child of a fork has no thread left that would free what the others have allocated.
        .args(["--skip", "anywhere::fork::"])
        // The flag is not stable. A build for a named target does not sanitize build scripts and
        // macros.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", "-Zsanitizer=address")
        // Otherwise locals are not on the stack, whose depth some tests measure.
        .env("ASAN_OPTIONS", "detect_stack_use_after_return=0");
    step(test)
}
