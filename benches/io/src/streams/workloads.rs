// This file is included for each side, after its `TcpListener`, `TcpStream`, traits, `spawn` and
// `join`.

use std::time::{Duration, Instant};

/// Measures how long it takes to move `total` bytes from one task to another through a loopback
/// connection.
pub(crate) async fn bytes(total: usize) -> Duration {
    const CHUNK: usize = 64 * 1024;

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let reader = spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut buf = vec![0; CHUNK];
        let mut read = 0;
        loop {
            match stream.read(&mut buf).await.unwrap() {
                0 => return read,
                n => read += n,
            }
        }
    });
    let start = Instant::now();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let chunk = vec![7; CHUNK];
    for _ in 0..total / CHUNK {
        stream.write_all(&chunk).await.unwrap();
    }
    drop(stream);
    assert_eq!(join(reader).await, total);
    start.elapsed()
}

/// Measures how long it takes to send 64 bytes to another task and back, `rounds` times.
pub(crate) async fn echoes(rounds: usize) -> Duration {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let echo = spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        let mut buf = [0; 1024];
        loop {
            match stream.read(&mut buf).await.unwrap() {
                0 => return,
                n => stream.write_all(&buf[..n]).await.unwrap(),
            }
        }
    });
    let client = spawn(async move {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (message, mut answer) = ([7; 64], [0; 64]);
        let start = Instant::now();
        for _ in 0..rounds {
            stream.write_all(&message).await.unwrap();
            stream.read_exact(&mut answer).await.unwrap();
        }
        assert_eq!(message, answer);
        start.elapsed()
    });
    let took = join(client).await;
    join(echo).await;
    took
}
