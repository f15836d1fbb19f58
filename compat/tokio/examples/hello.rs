//! A program as one writes it on Tokio: a server that greets each client, and three clients.

use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let (stop, mut stopped) = mpsc::channel::<()>(1);

    let server = tokio::spawn(async move {
        loop {
            tokio::select! {
                accepted = listener.accept() => {
                    let (stream, _) = accepted?;
                    tokio::spawn(greet(stream));
                }
                _ = stopped.recv() => return std::io::Result::Ok(()),
            }
        }
    });

    let mut clients = JoinSet::new();
    for name in ["Ada", "Grace", "Edsger"] {
        clients.spawn(async move {
            let mut stream = TcpStream::connect(address).await?;
            stream.write_all(format!("{name}\n").as_bytes()).await?;
            let mut answer = String::new();
            BufReader::new(stream).read_line(&mut answer).await?;
            std::io::Result::Ok(answer)
        });
    }
    let mut answers = Vec::new();
    while let Some(answer) = timeout(Duration::from_secs(10), clients.join_next()).await? {
        answers.push(answer??);
    }
    answers.sort();
    print!("{}", answers.concat());

    stop.send(()).await?;
    server.await??;
    Ok(())
}

/// Reads a name, and greets it.
async fn greet(stream: TcpStream) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    if let Some(name) = BufReader::new(read).lines().next_line().await? {
        write
            .write_all(format!("hello, {name}\n").as_bytes())
            .await?;
    }
    write.shutdown().await
}
