//! What clients are answered, over real sockets, on each runtime that is compiled in.
#![cfg(unix)]

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::Command;
use std::thread;
use std::time::Duration;

use portable::net::TcpListener;
use portable::shutdown::Shutdown;
use portable::task;
use redis_demo::{Database, serve};

/// Starts the server, gives its address to a closure that may block, and ends it.
async fn with_server(limit: usize, client: impl FnOnce(SocketAddr) + Send + 'static) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let shutdown = Shutdown::new();
    let server = task::spawn(serve(
        listener,
        Database::default(),
        limit,
        shutdown.clone(),
    ));
    task::spawn_blocking(move || client(address)).await.unwrap();
    shutdown.request();
    server.await.unwrap().unwrap();
}

struct Client(BufReader<TcpStream>);

impl Client {
    fn new(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        Self(BufReader::new(stream))
    }

    fn send(&mut self, bytes: &[u8]) {
        self.0.get_mut().write_all(bytes).unwrap();
    }

    /// Reads an answer, in the form in which redis-cli shows it.
    fn answer(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).unwrap();
        let line = line.strip_suffix("\r\n").expect("a whole line");
        let (kind, rest) = line.split_at(1);
        match kind {
            "+" | "-" | ":" => rest.into(),
            "$" if rest == "-1" => "(nil)".into(),
            "$" => {
                let mut bytes = vec![0; rest.parse::<usize>().unwrap() + 2];
                self.0.read_exact(&mut bytes).unwrap();
                assert_eq!(&bytes[bytes.len() - 2..], b"\r\n");
                String::from_utf8_lossy(&bytes[..bytes.len() - 2]).into()
            }
            "*" => {
                let parts = (0..rest.parse().unwrap()).map(|_| self.answer());
                parts.collect::<Vec<_>>().join(" ")
            }
            _ => panic!("{line:?} is no answer"),
        }
    }

    /// Sends words and returns the answer.
    fn ask(&mut self, words: &str) -> String {
        self.send(&request(words));
        self.answer()
    }

    fn assert_ended(&mut self) {
        let mut rest = Vec::new();
        // The server may have closed the connection before it read everything.
        if let Err(error) = self.0.read_to_end(&mut rest) {
            assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
        }
        assert_eq!(String::from_utf8_lossy(&rest), "");
    }
}

fn request(words: &str) -> Vec<u8> {
    let words: Vec<_> = words.split(' ').collect();
    let mut bytes = format!("*{}\r\n", words.len());
    for word in words {
        bytes += &format!("${}\r\n{word}\r\n", word.len());
    }
    bytes.into_bytes()
}

#[portable::test(timeout = "60s")]
async fn each_command_does_what_it_does_in_redis() {
    with_server(10, |address| {
        let mut client = Client::new(address);
        for (words, answer) in [
            ("PING", "PONG"),
            ("ping hello", "hello"),
            ("ECHO hello", "hello"),
            ("GET a", "(nil)"),
            ("SET a 1", "OK"),
            ("GET a", "1"),
            ("SET a 2 NX", "(nil)"),
            ("SET b 2 XX", "(nil)"),
            ("SET a 5 xx ex 100", "OK"),
            ("TTL a", "100"),
            ("INCR a", "6"),
            ("TTL a", "100"),
            ("DECRBY a 10", "-4"),
            ("SET a 7 KEEPTTL", "OK"),
            ("TTL a", "100"),
            ("PERSIST a", "1"),
            ("PERSIST a", "0"),
            ("TTL a", "-1"),
            ("TTL b", "-2"),
            ("EXPIRE b 1", "0"),
            ("EXPIRE a 9999999999999", "1"),
            ("EXPIRE a -1", "1"),
            ("EXISTS a", "0"),
            ("INCRBY b 3", "3"),
            ("SET c x", "OK"),
            ("EXISTS a b c c", "3"),
            ("DBSIZE", "2"),
            ("INCR c", "ERR value is not an integer or out of range"),
            ("SET c 9223372036854775807", "OK"),
            ("INCR c", "ERR increment or decrement would overflow"),
            ("DEL a b c", "2"),
            ("DBSIZE", "0"),
            ("SET a 1 EX 0", "ERR invalid expire time in 'set' command"),
            ("SET a 1 EX", "ERR syntax error"),
            ("SET a 1 EX 1 PX 1", "ERR syntax error"),
            ("GET", "ERR wrong number of arguments for 'get' command"),
            ("FLY", "ERR unknown command 'fly'"),
        ] {
            assert_eq!(client.ask(words), answer, "{words}");
        }
        client.send(b"echo typed\r\n");
        assert_eq!(client.answer(), "typed");
        assert_eq!(client.ask("QUIT"), "OK");
        client.assert_ended();

        let mut client = Client::new(address);
        client.send(b"*1\r\n:1\r\n");
        assert_eq!(client.answer(), "ERR Protocol error: expected '$'");
        client.assert_ended();
    })
    .await;
}

#[portable::test(timeout = "60s")]
async fn a_value_expires() {
    let database = Database::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let shutdown = Shutdown::new();
    let server = task::spawn(serve(listener, database.clone(), 10, shutdown.clone()));
    task::spawn_blocking(move || {
        let mut client = Client::new(address);
        assert_eq!(client.ask("SET later 1 EX 1000"), "OK");
        assert_eq!(client.ask("SET soon 1 PX 50"), "OK");
        let left: i64 = client.ask("PTTL later").parse().unwrap();
        assert!((900_000..=1_000_000).contains(&left), "{left}");
        thread::sleep(Duration::from_millis(60));
        assert_eq!(client.ask("GET soon"), "(nil)");
        assert_eq!(client.ask("TTL soon"), "-2");
        assert_eq!(client.ask("SET soon 2 NX"), "OK");
        assert_eq!(client.ask("GET later"), "1");
    })
    .await
    .unwrap();
    assert_eq!(database.store.len(), 2);
    shutdown.request();
    server.await.unwrap().unwrap();
}

#[portable::test(timeout = "60s")]
async fn any_number_of_requests_may_be_on_their_way() {
    const REQUESTS: usize = 5_000;

    with_server(10, |address| {
        let mut client = Client::new(address);
        let mut stream = client.0.get_ref().try_clone().unwrap();
        let writer = thread::spawn(move || {
            for i in 0..REQUESTS {
                stream
                    .write_all(&request(&format!("SET key{i} {i}")))
                    .unwrap();
                stream.write_all(&request(&format!("GET key{i}"))).unwrap();
            }
        });
        for i in 0..REQUESTS {
            assert_eq!(client.answer(), "OK");
            assert_eq!(client.answer(), i.to_string());
        }
        writer.join().unwrap();
        // One that takes several reads and several writes.
        let long = "x".repeat(3_000_000);
        assert_eq!(client.ask(&format!("SET long {long}")), "OK");
        assert_eq!(client.ask("GET long"), long);
    })
    .await;
}

#[portable::test(timeout = "60s")]
async fn a_message_reaches_those_who_subscribed() {
    with_server(10, |address| {
        let mut publisher = Client::new(address);
        assert_eq!(publisher.ask("PUBLISH news nobody"), "0");
        let mut subscribers = [Client::new(address), Client::new(address)];
        for subscriber in &mut subscribers {
            assert_eq!(subscriber.ask("SUBSCRIBE news weather"), "subscribe news 1");
            assert_eq!(subscriber.answer(), "subscribe weather 2");
        }
        assert_eq!(publisher.ask("PUBLISH news today"), "2");
        for subscriber in &mut subscribers {
            assert_eq!(subscriber.answer(), "message news today");
            assert_eq!(subscriber.ask("PING"), "pong ");
            let refused = subscriber.ask("GET a");
            assert!(refused.contains("not allowed"), "{refused}");
        }
        let [first, second] = &mut subscribers;
        assert_eq!(first.ask("UNSUBSCRIBE news"), "unsubscribe news 1");
        assert_eq!(publisher.ask("PUBLISH news later"), "1");
        assert_eq!(second.answer(), "message news later");
        assert_eq!(first.ask("UNSUBSCRIBE"), "unsubscribe weather 0");
        assert_eq!(first.ask("UNSUBSCRIBE"), "unsubscribe (nil) 0");
        assert_eq!(first.ask("GET a"), "(nil)");
        assert_eq!(second.ask("QUIT"), "OK");
        second.assert_ended();
        assert_eq!(publisher.ask("PUBLISH weather rain"), "0");
    })
    .await;
}

#[portable::test(timeout = "60s")]
async fn beyond_the_limit_a_client_is_refused() {
    with_server(2, |address| {
        let mut clients = [Client::new(address), Client::new(address)];
        for client in &mut clients {
            assert_eq!(client.ask("PING"), "PONG");
        }
        let mut third = Client::new(address);
        assert_eq!(third.answer(), "ERR max number of clients reached");
        third.assert_ended();
        assert_eq!(clients[0].ask("QUIT"), "OK");
        clients[0].assert_ended();
        // The server frees the place just after it has closed the connection.
        let has_place = (0..500).any(|_| {
            thread::sleep(Duration::from_millis(10));
            let mut stream = TcpStream::connect(address).unwrap();
            let mut answer = [0; 7];
            // A refused client may be told by an error alone.
            stream.write_all(b"PING\r\n").is_ok()
                && stream.read_exact(&mut answer).is_ok()
                && answer == *b"+PONG\r\n"
        });
        assert!(has_place);
    })
    .await;
}

#[portable::test(timeout = "60s")]
async fn the_end_answers_what_has_come() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let shutdown = Shutdown::new();
    let server = task::spawn(serve(listener, Database::default(), 10, shutdown.clone()));
    task::spawn_blocking(move || {
        let mut idle = Client::new(address);
        let mut subscriber = Client::new(address);
        assert_eq!(idle.ask("SET a 1"), "OK");
        assert_eq!(subscriber.ask("SUBSCRIBE news"), "subscribe news 1");
        shutdown.request();
        idle.assert_ended();
        subscriber.assert_ended();
    })
    .await
    .unwrap();
    server.await.unwrap().unwrap();
    assert!(TcpStream::connect(address).is_err());
}

/// Redis's own client, where it is installed.
#[portable::test(timeout = "60s")]
async fn redis_cli_and_redis_benchmark_understand_the_server() {
    if ["redis-cli", "redis-benchmark"]
        .iter()
        .any(|name| Command::new(name).arg("--version").output().is_err())
    {
        eprintln!("skipped: there is no redis-cli here (Debian's package `redis-tools`)");
        return;
    }
    with_server(100, |address| {
        let port = address.port().to_string();
        let run = |name: &str, arguments: &[&str]| {
            let output = Command::new(name)
                .args(["-p", &port])
                .args(arguments)
                .output()
                .unwrap();
            assert!(output.status.success(), "{output:?}");
            String::from_utf8(output.stdout).unwrap()
        };
        assert_eq!(run("redis-cli", &["set", "a", "two words"]), "OK\n");
        assert_eq!(run("redis-cli", &["get", "a"]), "two words\n");
        assert_eq!(run("redis-cli", &["incr", "n"]), "1\n");
        assert_eq!(run("redis-cli", &["publish", "news", "x"]), "0\n");
        let measured = run(
            "redis-benchmark",
            &[
                "-t",
                "ping,set,get,incr",
                "-n",
                "500",
                "-c",
                "20",
                "-P",
                "4",
                "-q",
            ],
        );
        for test in ["PING_MBULK", "SET", "GET", "INCR"] {
            let is_there = |line: &str| line.contains(test) && line.contains("requests per second");
            assert!(measured.split(['\r', '\n']).any(is_there), "{measured}");
        }
    })
    .await;
}
