use std::process::{Command, Output};

const RUNTIMES: [&str; 3] = ["tokio", "smol", "async-std"];

fn run(runtime: &str, how: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_main_stack"))
        .arg(how)
        .env("PORTABLE_RUNTIME", runtime)
        .env("RUST_BACKTRACE", "0")
        .output()
        .unwrap()
}

#[test]
fn the_status_is_that_of_main() {
    for runtime in RUNTIMES {
        for (how, code, stderr) in [
            ("well", 0, ""),
            ("error", 1, "Error: \"on purpose\"\n"),
            ("code", 7, ""),
        ] {
            let output = run(runtime, how);
            assert_eq!(output.status.code(), Some(code), "{output:?}");
            assert_eq!(String::from_utf8_lossy(&output.stderr), stderr);
            let stdout = format!("init\n{} on {runtime}\n", 16 << 20);
            assert_eq!(String::from_utf8_lossy(&output.stdout), stdout);
        }
    }
}

#[test]
fn a_panic_is_told_once_and_is_the_status_101() {
    for runtime in RUNTIMES {
        let output = run(runtime, "panic");
        assert_eq!(output.status.code(), Some(101), "{output:?}");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(stderr.matches("thread 'main'").count(), 1, "{stderr}");
        assert_eq!(stderr.matches("on purpose").count(), 1, "{stderr}");
    }
}

/// With the stack of the process it is too big: the test above can fail.
#[cfg(unix)]
#[test]
fn without_a_size_it_overflows() {
    use std::os::unix::process::ExitStatusExt;

    for runtime in RUNTIMES {
        let output = Command::new(env!("CARGO_BIN_EXE_overflows"))
            .env("PORTABLE_RUNTIME", runtime)
            .output()
            .unwrap();
        assert!(output.status.signal().is_some(), "{output:?}");
        assert!(output.stdout.is_empty(), "{output:?}");
    }
}
