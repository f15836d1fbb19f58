//! Tests of the service with many requests, and of its end by ctrl-c.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use hyper::StatusCode;
use portable::task::{JoinSet, spawn_blocking};
use portable::time::sleep;

use crate::Result;
use crate::client::Client;
use crate::program::Program;

const CONNECTIONS: u64 = 64;
const REQUESTS: u64 = 10_000;
const EACH: u64 = REQUESTS.div_ceil(CONNECTIONS - 2 * DOWNLOADS);

/// The number of connections that download. As many others send their requests slowly.
const DOWNLOADS: u64 = 4;
const KEYS: u64 = 128;
const VALUE: usize = 64 * 1024 - 2;

/// Fills the store for the downloads with more than sockets take, so that one is always under way.
async fn fill(program: &Program) -> Result<String> {
    let mut client = Client::connect(program.address).await?;
    let value = format!("\"{}\"", "v".repeat(VALUE));
    let mut export = String::new();
    // In the order of the downloads, these keys come before those of the other connections.
    for key in 0..KEYS {
        let path = format!("/keys/0-{key:03}");
        let (status, _) = client.request("PUT", &path, value.clone()).await?;
        assert_eq!(status, StatusCode::CREATED);
        export += &format!("{{\"0-{key:03}\":{value}}}\n");
    }
    Ok(export)
}

/// Sends one request of many, whose answer is known.
async fn one(client: &mut Client, connection: u64, number: u64, export: &str) -> Result {
    let path = format!("/keys/{connection}-{}", number / 4);
    let value = format!("[{connection},{number}]");
    if connection < DOWNLOADS {
        let (status, body) = client.request("GET", "/export", "").await?;
        assert_eq!(status, StatusCode::OK);
        assert!(body.starts_with(export));
        assert!(body.ends_with("}\n"));
        return Ok(());
    }
    if connection < 2 * DOWNLOADS {
        let (status, body) = client.slow_request("PUT", &path, value).await?;
        assert!(status.is_success(), "{status} {body}");
        return Ok(());
    }
    let (method, body) = match number % 4 {
        0 | 1 => ("PUT", value),
        2 => ("GET", String::new()),
        _ => ("DELETE", String::new()),
    };
    let (status, body) = client.request(method, &path, body).await?;
    let wanted = match number % 4 {
        0 => (StatusCode::CREATED, String::new()),
        2 => (StatusCode::OK, format!("[{connection},{}]", number - 1)),
        _ => (StatusCode::NO_CONTENT, String::new()),
    };
    assert_eq!((status, body), wanted);
    Ok(())
}

/// Returns the number of requests that the program reports: in its last line, and as lines.
fn asked(lines: &[String]) -> Result<u64> {
    let last = lines.last().ok_or("it says that it stopped")?;
    let asked = last
        .strip_prefix("stopped after ")
        .and_then(|last| last.strip_suffix(" requests"))
        .ok_or_else(|| format!("it says that it stopped, not {last:?}"))?
        .parse()?;
    assert_eq!(lines.len() as u64 - 1, asked);
    Ok(asked)
}

#[portable::test(timeout = "120s")]
async fn all_is_answered() -> Result {
    let program = Program::start()?;
    let export = Arc::new(fill(&program).await?);
    let mut connections = JoinSet::new();
    for connection in 0..CONNECTIONS {
        let mut client = Client::connect(program.address).await?;
        let export = export.clone();
        connections.spawn(async move {
            // These requests take longer.
            let each = if connection < 2 * DOWNLOADS { 8 } else { EACH };
            for number in 0..each {
                one(&mut client, connection, number, &export).await?;
            }
            Result::Ok((client, each))
        });
    }
    let mut answered = KEYS;
    let mut idle = Vec::new();
    while let Some(done) = connections.join_next().await {
        let (client, each) = done??;
        answered += each;
        idle.push(client);
    }
    // Idle connections do not keep the service from its end.
    program.interrupt()?;
    let (status, lines) = spawn_blocking(|| program.end()).await??;
    assert_eq!(status.code(), Some(0));
    assert_eq!(asked(&lines)?, answered);
    assert_eq!(idle.len() as u64, CONNECTIONS);
    Ok(())
}

#[portable::test(timeout = "120s")]
async fn ctrl_c_in_the_middle_loses_no_answer() -> Result {
    let program = Program::start()?;
    let export = Arc::new(fill(&program).await?);
    let answered = Arc::new(AtomicU64::new(0));
    let mut connections = JoinSet::new();
    for connection in 0..CONNECTIONS {
        let mut client = Client::connect(program.address).await?;
        let (export, answered) = (export.clone(), answered.clone());
        connections.spawn(async move {
            // The requests go on to the end of the service, which is an error here. A wrong answer
            // is a panic.
            for number in 0.. {
                if let Err(error) = one(&mut client, connection, number, &export).await {
                    return error;
                }
                answered.fetch_add(1, Ordering::Relaxed);
            }
            unreachable!()
        });
    }
    while answered.load(Ordering::Relaxed) < REQUESTS / 2 {
        sleep(Duration::from_millis(1)).await;
    }
    program.interrupt()?;
    let ended = spawn_blocking(|| program.end());
    while let Some(error) = connections.join_next().await {
        let error = error?;
        // The connection has ended. Any other error would come from a wrong answer.
        assert!(error.is::<hyper::Error>(), "{error}");
    }
    let (status, lines) = ended.await??;
    assert_eq!(status.code(), Some(0));
    // Each request that the service has accepted was answered, completely.
    assert_eq!(asked(&lines)?, KEYS + answered.load(Ordering::Relaxed));
    Ok(())
}
