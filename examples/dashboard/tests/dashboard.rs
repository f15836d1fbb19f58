//! What the routes answer, over real sockets, on each runtime that is compiled in.
#![cfg(unix)]

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use dashboard_demo::serve;
use portable::net::TcpListener;
use portable::runtime::Handle;
use portable::shutdown::Shutdown;
use portable::task;
use serde_json::Value;

/// Starts the server, and gives its address to a closure that may block.
async fn with_server<T: Send + 'static>(
    client: impl FnOnce(SocketAddr) -> io::Result<T> + Send + 'static,
) -> T {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let shutdown = Shutdown::new();
    let server = task::spawn(serve(listener, shutdown.clone()));
    let answer = task::spawn_blocking(move || client(address)).await.unwrap();
    shutdown.request();
    server.await.unwrap().unwrap();
    answer.unwrap()
}

/// Returns the head and the body of an answer.
fn get(address: SocketAddr, path: &str) -> io::Result<(String, String)> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
    )?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    Ok((head.into(), body.into()))
}

/// Returns the value of a metric.
fn value(text: &str, name: &str) -> u64 {
    let line = text
        .lines()
        .find(|line| line.rsplit_once(' ').is_some_and(|it| it.0 == name));
    let line = line.unwrap_or_else(|| panic!("no {name} in:\n{text}"));
    line.rsplit_once(' ').unwrap().1.parse().unwrap()
}

#[portable::test(timeout = "60s")]
async fn prometheus_reads_the_numbers_of_the_runtime() {
    let finished = task::spawn(async {});
    finished.await.unwrap();
    let panics = task::spawn(async { std::panic::resume_unwind(Box::new("expected")) });
    assert!(panics.await.unwrap_err().is_panic());
    let waits = task::spawn(std::future::pending::<()>());

    let (head, text) = with_server(|address| get(address, "/metrics")).await;
    assert!(head.starts_with("HTTP/1.1 200 OK"), "{head}");
    assert!(head.contains("text/plain; version=0.0.4"), "{head}");
    assert!(
        text.contains("# TYPE portable_tasks_spawned_total counter"),
        "{text}"
    );
    assert!(text.contains("# TYPE portable_tasks_alive gauge"), "{text}");
    // The three above, the server and its connection.
    assert_eq!(value(&text, "portable_tasks_spawned_total"), 5);
    assert_eq!(
        value(&text, "portable_tasks_ended_total{how=\"finished\"}"),
        1
    );
    assert_eq!(
        value(&text, "portable_tasks_ended_total{how=\"panicked\"}"),
        1
    );
    assert_eq!(value(&text, "portable_tasks_alive"), 3);
    assert_eq!(value(&text, "portable_closures_running"), 1);
    let workers = Handle::current().metrics().num_workers();
    let parks = text
        .lines()
        .filter(|line| line.starts_with("portable_worker_parks_total{"));
    assert_eq!(parks.count(), workers);
    waits.abort();
}

#[portable::test(timeout = "60s")]
async fn the_tasks_are_those_of_the_program() {
    let waits = task::Builder::new().name("waits \"for ever\"");
    let waits = waits.spawn(std::future::pending::<()>()).unwrap();
    let line = line!() - 1;
    let (head, text) = with_server(|address| get(address, "/tasks")).await;
    assert!(head.contains("application/json"), "{head}");
    let tasks: Vec<Value> = serde_json::from_str(&text).unwrap();
    let task = tasks
        .iter()
        .find(|task| task["name"] == "waits \"for ever\"");
    let task = task.unwrap_or_else(|| panic!("{text}"));
    assert_eq!(task["state"], "waiting");
    assert_eq!(task["polls"], 1);
    let place = task["place"].as_str().unwrap();
    assert!(place.contains(&format!("dashboard.rs:{line}:")), "{place}");
    assert!(
        tasks.iter().any(|task| task["name"] == "http connection"),
        "{text}"
    );
    waits.abort();
}

#[portable::test(timeout = "60s")]
async fn the_page_asks_for_both() {
    let (head, page) = with_server(|address| get(address, "/")).await;
    assert!(head.contains("text/html"), "{head}");
    assert!(page.contains("fetch(\"/tasks\")") && page.contains("fetch(\"/metrics\")"));
    let (head, _) = with_server(|address| get(address, "/favicon.ico")).await;
    assert!(head.starts_with("HTTP/1.1 404"), "{head}");
}
