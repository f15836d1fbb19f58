//! A TCP echo server that ends gracefully, and clients that check the echoes.
//!
//! ```console
//! $ cargo run --features smol,net,signal --example echo -- serve 127.0.0.1:7000
//! $ cargo run --features tokio,net,signal --example echo -- check 127.0.0.1:7000
//! ```
//!
//! Without arguments both run in one program. Ctrl-c ends the server once its connections are done;
//! a second ctrl-c ends it at once.

use std::env;
use std::error::Error;
use std::net::SocketAddr;

use portable::io::{self, AsyncReadExt, AsyncWriteExt};
use portable::net::{TcpListener, TcpStream};
use portable::shutdown::Shutdown;
use portable::task::JoinSet;
use portable::time::{Duration, timeout};

const CLIENTS: usize = 16;
const MESSAGES: u32 = 500;

#[portable::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["serve", address] => {
            let listener = TcpListener::bind(address).await?;
            println!("listening on {}", listener.local_addr()?);
            serve(listener, Shutdown::on_signal()?).await
        }
        ["check", address] => check(address.parse()?).await,
        [] => {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            let address = listener.local_addr()?;
            let shutdown = Shutdown::on_signal()?;
            let server = portable::spawn({
                let shutdown = shutdown.clone();
                async move {
                    serve(listener, shutdown)
                        .await
                        .map_err(|error| error.to_string())
                }
            });
            check(address).await?;
            shutdown.request();
            Ok(server.await??)
        }
        _ => Err("usage: echo [serve|check ADDRESS]".into()),
    }
}

async fn serve(listener: TcpListener, shutdown: Shutdown) -> Result<(), Box<dyn Error>> {
    while let Some(accepted) = shutdown.run_until_requested(listener.accept()).await {
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                // This connection failed, or there are too many: the others go on.
                eprintln!("cannot accept: {error}");
                portable::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let guard = shutdown.guard();
        portable::spawn(async move {
            if let Err(error) = echo(stream).await {
                eprintln!("a connection broke: {error}");
            }
            drop(guard);
        });
    }
    drop(listener);
    shutdown.wait_for(Duration::from_secs(10)).await?;
    println!("every connection was served to its end");
    Ok(())
}

async fn echo(stream: TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let (read, mut write) = stream.into_split();
    io::copy(read, &mut write).await?;
    write.shutdown().await
}

/// Runs several clients at once, each with messages of many lengths.
async fn check(address: SocketAddr) -> Result<(), Box<dyn Error>> {
    let mut clients = JoinSet::new();
    for seed in 0..CLIENTS {
        clients.spawn(timeout(Duration::from_secs(60), client(address, seed)));
    }
    let mut bytes = 0;
    while let Some(client) = clients.join_next().await {
        bytes += client???;
    }
    println!("{CLIENTS} clients sent {MESSAGES} messages each, {bytes} bytes, and got all back");
    Ok(())
}

async fn client(address: SocketAddr, seed: usize) -> io::Result<usize> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let mut answer = Vec::new();
    let mut bytes = 0;
    for n in 0..MESSAGES {
        let message = format!("{seed}:{n};").repeat(1 + n as usize % 50);
        stream.write_all(message.as_bytes()).await?;
        answer.resize(message.len(), 0);
        stream.read_exact(&mut answer).await?;
        if answer != message.as_bytes() {
            return Err(io::Error::other(format!(
                "client {seed} got another message {n}"
            )));
        }
        bytes += message.len();
    }
    stream.shutdown().await?;
    match stream.read(&mut [0]).await? {
        0 => Ok(bytes),
        _ => Err(io::Error::other("there is more than was sent")),
    }
}
