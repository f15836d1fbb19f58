//! Measures sockets and HTTP: `benches/io`.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use super::median;
use crate::RUNTIMES;
use crate::run::{Result, cargo, output, root, step, table};

/// Implements `bench io`: bytes, echoes and requests, with the sides in turns.
pub fn io() -> Result {
    let mut rows = vec![
        ["runtime", "threads", "requests/s", "natively", "ratio"]
            .map(String::from)
            .to_vec(),
    ];
    for runtime in RUNTIMES {
        let build = [
            "build",
            "--release",
            "--package",
            "portable-bench-io",
            "--features",
            runtime,
        ];
        step(cargo(&build))?;
        step(Command::new(program("streams")))?;
        rows.push(requests(runtime)?);
    }
    println!();
    table(&rows);
    Ok(())
}

fn program(name: &str) -> std::path::PathBuf {
    root().join("target/release").join(name)
}

/// Measures the requests per second for hello world by hyper. The server runs on the thread of
/// `main`, and `wrk` has the other core.
fn requests(runtime: &str) -> Result<Vec<String>> {
    const ROUNDS: usize = 5;

    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(wrk("portable")?);
        theirs.push(wrk("native")?);
    }
    let (ours, theirs) = (median(ours), median(theirs));
    Ok(vec![
        runtime.into(),
        "main".into(),
        format!("{ours:.0}"),
        format!("{theirs:.0}"),
        format!("{:.2}", ours / theirs),
    ])
}

fn wrk(side: &str) -> Result<f64> {
    let mut server = Command::new(program("hello"))
        .args([side, "main"])
        .env("SMOL_THREADS", "1")
        .env("ASYNC_STD_THREAD_COUNT", "1")
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cannot start the server: {error}"))?;
    let mut address = String::new();
    let printed = server.stdout.take().expect("it is piped");
    BufReader::new(printed)
        .read_line(&mut address)
        .map_err(|error| format!("the server gives no address: {error}"))?;
    let url = format!("http://{}/", address.trim());
    let measured = output(Command::new("wrk").args(["-t1", "-c64", "-d2s", &url]));
    // The server does not end on its own.
    let _ = server.kill();
    let _ = server.wait();
    let measured = measured.map_err(|error| format!("{error} (Debian's package `wrk`)"))?;
    let text = String::from_utf8_lossy(&measured.stdout);
    if text.contains("Socket errors") || text.contains("Non-2xx") {
        return Err(text.into());
    }
    text.lines()
        .find_map(|line| {
            line.trim()
                .strip_prefix("Requests/sec:")?
                .trim()
                .parse()
                .ok()
        })
        .ok_or_else(|| format!("wrk says nothing of requests: {text}"))
}
