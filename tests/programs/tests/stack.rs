//! Tests of a `main` too big for the stack of the process, with `stack_size` and without: the
//! contract's line 9.
#![cfg(feature = "_runtime")]

#[path = "../../common/runner.rs"]
#[allow(dead_code)]
mod runner;

use std::process::Output;

fn run(program: &str, how: &str, judge: impl Fn(&str, Output)) {
    for runtime in portable::runtime::available() {
        let output = runner::command(program)
            .arg(how)
            .env("PORTABLE_RUNTIME", runtime)
            .env("RUST_BACKTRACE", "0")
            .output()
            .expect("the program can be started");
        judge(runtime, output);
    }
}

#[test]
fn the_status_is_that_of_main() {
    for (how, code, stderr) in [
        ("well", 0, ""),
        ("error", 1, "Error: \"on purpose\"\n"),
        ("code", 7, ""),
    ] {
        run(
            env!("CARGO_BIN_EXE_big_on_a_stack"),
            how,
            |runtime, output| {
                assert_eq!(output.status.code(), Some(code), "{output:?}");
                assert_eq!(String::from_utf8_lossy(&output.stderr), stderr);
                let stdout = format!("init\n{} on {runtime}\n", 16 << 20);
                assert_eq!(String::from_utf8_lossy(&output.stdout), stdout);
            },
        );
    }
}

#[test]
fn a_panic_is_told_once_and_is_the_status_101() {
    run(
        env!("CARGO_BIN_EXE_big_on_a_stack"),
        "panic",
        |_, output| {
            assert_eq!(output.status.code(), Some(101), "{output:?}");
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert_eq!(stderr.matches("thread 'main'").count(), 1, "{stderr}");
            assert_eq!(stderr.matches("on purpose").count(), 1, "{stderr}");
        },
    );
}

/// On the stack of the process the same program fails, so the tests above can fail.
#[cfg(all(unix, debug_assertions))]
#[test]
fn without_a_size_it_overflows() {
    use std::os::unix::process::ExitStatusExt;

    run(env!("CARGO_BIN_EXE_overflows"), "", |_, output| {
        assert!(output.status.signal().is_some(), "{output:?}");
        assert!(output.stdout.is_empty(), "{output:?}");
    });
}
