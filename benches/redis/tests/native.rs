//! Proves that the server of `examples/redis` is a plain Tokio program too.
#![cfg(unix)]

use std::time::Duration;

use portable_bench_redis::shutdown::Shutdown;
use portable_bench_redis::{Database, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

#[tokio::test]
async fn the_same_source_is_a_program_for_tokio_alone() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let shutdown = Shutdown::default();
    let server = tokio::spawn(serve(listener, Database::default(), 10, shutdown.clone()));
    let talk = async {
        let mut client = TcpStream::connect(address).await.unwrap();
        client
            .write_all(b"set a 41 ex 100\r\nincr a\r\nttl a\r\n")
            .await
            .unwrap();
        let mut answers = [0; "+OK\r\n:42\r\n:100\r\n".len()];
        client.read_exact(&mut answers).await.unwrap();
        assert_eq!(&answers, b"+OK\r\n:42\r\n:100\r\n");
        shutdown.request();
        assert_eq!(client.read(&mut answers).await.unwrap(), 0);
        server.await.unwrap().unwrap();
    };
    timeout(Duration::from_secs(20), talk).await.unwrap();
}
