//! A tunnel: it gives a service that only this machine reaches a port on another one.
//!
//! ```console
//! $ tunnel serve 0.0.0.0:7000 SECRET                        # on the machine that all can reach
//! $ tunnel share 127.0.0.1:3000 example.org:7000 SECRET     # beside the service
//! port 49321 of the server is 127.0.0.1:3000
//! ```
//!
//! `tunnel` stands for `cargo run --features smol,net,select,signal,sync --example tunnel --`. Without
//! arguments all parts run in one program, and visitors check what comes through.
//!
//! A client has one control connection, and a connection more for each visitor. Each begins with a line:
//!
//! | who | line | what for |
//! |---|---|---|
//! | client | `share SECRET PORT` | asks for a port, 0 for any; the control connection |
//! | server | `port PORT` or `error REASON` | answers |
//! | server | `visitor ID` | somebody has connected to the port |
//! | server | `alive` | nobody has, for a while |
//! | client | `fetch SECRET ID` | a new connection, on which the visitor's bytes follow |
//!
//! The secret and the bytes are sent as they are: a network that others listen to needs TLS around them.

use std::collections::HashMap;
use std::env;
use std::error::Error;
use std::hash::{BuildHasher, RandomState};
use std::io::ErrorKind::{InvalidData, PermissionDenied, TimedOut};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use portable::io::{self, AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use portable::net::{TcpListener, TcpStream};
use portable::shutdown::{Guard, Shutdown};
use portable::task::JoinSet;
use portable::time::{Duration, sleep, timeout};

/// The longest line of the protocol, in bytes.
const MAX_LINE: u64 = 256;

/// The time within which the other side must connect or send its line, and a visitor is fetched.
const MAX_WAIT: Duration = Duration::from_secs(10);

/// The time after which the server says that it is there.
const ALIVE: Duration = Duration::from_secs(3);

#[portable::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let shutdown = Shutdown::on_signal()?;
    match arguments[..] {
        ["serve", address, secret] => {
            let listener = TcpListener::bind(address).await?;
            println!("listening on {}", listener.local_addr()?);
            Ok(serve(listener, secret, shutdown).await?)
        }
        ["share", local, server, secret] => {
            let client = Client::connect(local, server, secret, 0).await?;
            println!("port {} of the server is {local}", client.port);
            Ok(client.run(shutdown).await?)
        }
        [] => timeout(Duration::from_secs(60), check(shutdown)).await?,
        _ => Err("usage: tunnel [serve ADDRESS SECRET | share LOCAL SERVER SECRET]".into()),
    }
}

/// Serves clients until the end is requested and all connections have ended.
async fn serve(listener: TcpListener, secret: &str, shutdown: Shutdown) -> io::Result<()> {
    let server = Arc::new(Server {
        secret: secret.into(),
        waiting: Mutex::default(),
        ids: RandomState::new(),
    });
    accept(&listener, &shutdown.guard(), |stream| {
        let (server, guard) = (server.clone(), shutdown.guard());
        async move { server.connection(stream, guard).await }
    })
    .await;
    drop(listener);
    Ok(shutdown.wait_for(Duration::from_secs(10)).await?)
}

/// Accepts connections until the end is requested, and serves each in a task.
async fn accept<F>(listener: &TcpListener, guard: &Guard, serve: impl Fn(TcpStream) -> F)
where
    F: Future<Output = io::Result<()>> + Send + 'static,
{
    while let Some(accepted) = guard.run_until_requested(listener.accept()).await {
        match accepted {
            Ok((stream, peer)) => {
                let served = serve(stream);
                portable::spawn(async move {
                    if let Err(error) = served.await {
                        eprintln!("{peer} {error}");
                    }
                });
            }
            Err(error) => {
                // This connection failed, or there are too many: the others go on.
                eprintln!("cannot accept: {error}");
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

struct Server {
    secret: String,
    /// The visitors that wait for their client, by numbers that nobody can guess.
    waiting: Mutex<HashMap<u64, TcpStream>>,
    ids: RandomState,
}

impl Server {
    /// Serves a connection of a client, of either kind.
    async fn connection(self: Arc<Self>, stream: TcpStream, guard: Guard) -> io::Result<()> {
        let mut end = End::new(stream)?;
        let line = timeout(MAX_WAIT, end.line()).await??;
        let words: Vec<&str> = line.split(' ').collect();
        match words[..] {
            ["share" | "fetch", secret, _] if secret != self.secret => {
                end.send("error wrong secret").await?;
                Err(io::Error::new(PermissionDenied, "wrong secret"))
            }
            ["share", _, port] => {
                let port = port.parse().map_err(|_| unexpected(&line))?;
                self.share(port, end, guard).await
            }
            ["fetch", _, id] => {
                let id = id.parse().map_err(|_| unexpected(&line))?;
                let visitor = self.waiting().remove(&id);
                let visitor = visitor.ok_or(io::Error::new(TimedOut, "the visitor is gone"))?;
                end.join(End::new(visitor)?).await
            }
            _ => Err(unexpected(&line)),
        }
    }

    /// Tells a client of its visitors, until the client or the server ends.
    async fn share(self: Arc<Self>, port: u16, mut client: End, guard: Guard) -> io::Result<()> {
        let address = SocketAddr::new(client.0.get_ref().local_addr()?.ip(), port);
        let listener = match TcpListener::bind(address).await {
            Ok(listener) => listener,
            Err(error) => return client.send(&format!("error {error}")).await,
        };
        let port = listener.local_addr()?.port();
        client.send(&format!("port {port}")).await?;
        let mut byte = [0];
        loop {
            portable::select! {
                () = guard.requested() => return Ok(()),
                // The client sends nothing more, so this is its end.
                line = client.0.read(&mut byte) => return line.map(drop),
                () = sleep(ALIVE) => client.send("alive").await?,
                accepted = listener.accept() => match accepted {
                    Ok((visitor, _)) => {
                        let id = self.clone().keep(visitor);
                        client.send(&format!("visitor {id}")).await?;
                    }
                    Err(error) => {
                        eprintln!("cannot accept: {error}");
                        sleep(Duration::from_millis(100)).await;
                    }
                },
            }
        }
    }

    /// Keeps a visitor for its client, but not for ever.
    fn keep(self: Arc<Self>, visitor: TcpStream) -> u64 {
        let mut waiting = self.waiting();
        let id = self.ids.hash_one(visitor.peer_addr().ok());
        waiting.insert(id, visitor);
        drop(waiting);
        portable::spawn(async move {
            sleep(MAX_WAIT).await;
            self.waiting().remove(&id);
        });
        id
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<u64, TcpStream>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The client's side of a tunnel.
struct Client {
    local: String,
    server: String,
    secret: String,
    control: End,
    /// The port of the server that is the local service.
    port: u16,
}

impl Client {
    async fn connect(local: &str, server: &str, secret: &str, port: u16) -> io::Result<Self> {
        let mut control = End::connect(server).await?;
        control.send(&format!("share {secret} {port}")).await?;
        let line = timeout(MAX_WAIT, control.line()).await??;
        let port = match line.split_once(' ') {
            Some(("port", port)) => port.parse().map_err(|_| unexpected(&line))?,
            Some(("error", reason)) => return Err(io::Error::other(reason)),
            _ => return Err(unexpected(&line)),
        };
        Ok(Self {
            local: local.into(),
            server: server.into(),
            secret: secret.into(),
            control,
            port,
        })
    }

    /// Fetches visitors until the end is requested, or the server ends.
    async fn run(mut self, shutdown: Shutdown) -> io::Result<()> {
        let guard = shutdown.guard();
        loop {
            // The server sends a line every few seconds.
            let line = timeout(3 * ALIVE, self.control.line());
            let Some(line) = guard.run_until_requested(line).await else {
                break;
            };
            let line = line??;
            let id = match line.split_once(' ') {
                None if line == "alive" => continue,
                Some(("visitor", id)) => id,
                _ => return Err(unexpected(&line)),
            };
            let fetch = format!("fetch {} {id}", self.secret);
            let (local, server, guard) = (self.local.clone(), self.server.clone(), guard.clone());
            portable::spawn(async move {
                let _guard = guard;
                if let Err(error) = visit(&local, &server, &fetch).await {
                    eprintln!("a visitor: {error}");
                }
            });
        }
        // No visitor comes any more, and those that are here may end.
        drop((self.control, guard));
        Ok(shutdown.wait_for(Duration::from_secs(10)).await?)
    }
}

/// Brings a visitor to the service.
async fn visit(local: &str, server: &str, fetch: &str) -> io::Result<()> {
    let local = End::connect(local).await?;
    let mut server = End::connect(server).await?;
    server.send(fetch).await?;
    local.join(server).await
}

/// One end of a connection, which may begin with lines.
struct End(BufReader<TcpStream>);

impl End {
    fn new(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        Ok(Self(BufReader::new(stream)))
    }

    async fn connect(address: &str) -> io::Result<Self> {
        Self::new(timeout(MAX_WAIT, TcpStream::connect(address)).await??)
    }

    /// Reads a line, and returns it without its end.
    async fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        (&mut self.0).take(MAX_LINE).read_line(&mut line).await?;
        match line.strip_suffix('\n') {
            Some(line) => Ok(line.into()),
            None if line.is_empty() => Err(io::ErrorKind::UnexpectedEof.into()),
            None => Err(unexpected(&line)),
        }
    }

    async fn send(&mut self, line: &str) -> io::Result<()> {
        self.0.write_all(format!("{line}\n").as_bytes()).await
    }

    /// Passes the bytes of each end to the other, until both have sent all.
    async fn join(mut self, mut other: Self) -> io::Result<()> {
        // What the other side sent just after its line is in the buffer, and is passed on too.
        io::copy_bidirectional(&mut self.0, &mut other.0).await?;
        Ok(())
    }
}

fn unexpected(line: &str) -> io::Error {
    io::Error::new(InvalidData, format!("`{line}` was not expected"))
}

/// Runs the server, a client, a service behind it and visitors.
async fn check(shutdown: Shutdown) -> Result<(), Box<dyn Error>> {
    const VISITORS: usize = 30;

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let server_address = listener.local_addr()?.to_string();
    let server = portable::spawn({
        let shutdown = shutdown.clone();
        async move { serve(listener, "secret", shutdown).await }
    });

    // The service sends back what it gets, once it has all of it.
    let service = TcpListener::bind("127.0.0.1:0").await?;
    let local = service.local_addr()?.to_string();
    let service = portable::spawn({
        let guard = shutdown.guard();
        async move {
            accept(&service, &guard, async |mut stream: TcpStream| {
                let mut bytes = Vec::new();
                stream.read_to_end(&mut bytes).await?;
                bytes.reverse();
                stream.write_all(&bytes).await?;
                stream.shutdown().await
            })
            .await;
        }
    });

    let refused = Client::connect(&local, &server_address, "guess", 0).await;
    let Err(reason) = refused else {
        return Err("the wrong secret opened a tunnel".into());
    };
    println!("with another secret: {reason}");

    let client = Client::connect(&local, &server_address, "secret", 0).await?;
    let public = SocketAddr::new([127, 0, 0, 1].into(), client.port);
    let again = Client::connect(&local, &server_address, "secret", client.port).await;
    println!(
        "the port again: {}",
        if again.is_err() { "refused" } else { "given" }
    );
    let client_shutdown = Shutdown::new();
    let client = portable::spawn(client.run(client_shutdown.clone()));
    let mut visitors = JoinSet::new();
    for seed in 0..VISITORS {
        visitors.spawn(visitor(public, seed));
    }
    let mut bytes = 0;
    while let Some(visitor) = visitors.join_next().await {
        bytes += visitor??;
    }
    println!("{VISITORS} visitors sent {bytes} bytes through the tunnel, and got all back");

    client_shutdown.request();
    client.await??;
    println!("the client has ended");
    shutdown.request();
    service.await?;
    server.await??;
    println!("the server has ended");
    Ok(())
}

/// Sends bytes of a length of its own, and returns how many came back in reverse.
async fn visitor(address: SocketAddr, seed: usize) -> io::Result<usize> {
    let sent = format!("{seed},").repeat(seed * seed * 50).into_bytes();
    let (mut read, mut write) = TcpStream::connect(address).await?.into_split();
    write.write_all(&sent).await?;
    write.shutdown().await?;
    let mut came = Vec::new();
    read.read_to_end(&mut came).await?;
    came.reverse();
    match came == sent {
        true => Ok(came.len()),
        false => Err(io::Error::other(format!("visitor {seed} got other bytes"))),
    }
}
