//! A chat server: names, a room, and a graceful end. Who reads slowly misses lines and holds up nobody.
//!
//! ```console
//! $ cargo run --features smol,net,select,signal,sync --example chat -- 127.0.0.1:7000
//! $ nc 127.0.0.1 7000
//! ```
//!
//! The first line that a client sends is its name. `/names` lists who is there, and `/quit` leaves.
//! Without an argument clients in the same program talk to each other, and check what they hear.

use std::collections::BTreeSet;
use std::env;
use std::error::Error;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use portable::io::{self, AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use portable::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use portable::net::{TcpListener, TcpSocket, TcpStream};
use portable::shutdown::Shutdown;
use portable::sync::broadcast::{self, error::RecvError};
use portable::time::{Duration, sleep, timeout};

/// The longest line, in bytes, with its end.
const MAX_LINE: usize = 2048;

/// The lines that wait for a client before it misses some.
const MAX_WAITING: usize = 256;

/// The time that a client has to take the last line.
const MAX_GOODBYE: Duration = Duration::from_secs(1);

#[portable::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let shutdown = Shutdown::on_signal()?;
    let address = env::args().nth(1);
    let listener = TcpListener::bind(address.as_deref().unwrap_or("127.0.0.1:0")).await?;
    if address.is_some() {
        println!("listening on {}", listener.local_addr()?);
        return Ok(serve(listener, shutdown).await?);
    }
    let address = listener.local_addr()?;
    let server = portable::spawn(serve(listener, shutdown.clone()));
    timeout(Duration::from_secs(60), talk(address, &shutdown)).await??;
    server.await??;
    println!("the server has ended");
    Ok(())
}

/// Serves until the end is requested, and every client was told of it.
async fn serve(listener: TcpListener, shutdown: Shutdown) -> io::Result<()> {
    let room = Room::new();
    while let Some(accepted) = shutdown.run_until_requested(listener.accept()).await {
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // This connection failed, or there are too many: the others go on.
                eprintln!("cannot accept: {error}");
                sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let (room, guard) = (room.clone(), shutdown.guard());
        portable::spawn(async move {
            let (read, mut write) = stream.into_split();
            let client = client(Lines::new(read), &mut write, room);
            let served = match guard.run_until_requested(client).await {
                Some(served) => served,
                // One that does not read has no room for the line, and goes without it.
                None => timeout(MAX_GOODBYE, write.write_all(b"* the server ends\n"))
                    .await
                    .unwrap_or(Ok(())),
            };
            if let Err(error) = served {
                eprintln!("{peer} {error}");
            }
        });
    }
    drop(listener);
    shutdown.wait_for(Duration::from_secs(10)).await?;
    Ok(())
}

/// Serves one client until it leaves.
async fn client(mut lines: Lines, write: &mut OwnedWriteHalf, room: Room) -> io::Result<()> {
    write.write_all(b"* your name?\n").await?;
    let mut member = loop {
        let Some(name) = lines.next().await? else {
            return Ok(());
        };
        match room.enter(&name) {
            Ok(member) => break member,
            Err(reason) => write.write_all(format!("* {reason}\n").as_bytes()).await?,
        }
    };
    let greeting = format!("* welcome, {}\n", member.name);
    write.write_all(greeting.as_bytes()).await?;

    loop {
        // While a write waits for this client, its lines wait in `member.heard`, and nobody else
        // waits for it.
        portable::select! {
            line = lines.next() => match line?.as_deref() {
                None | Some("/quit") => return Ok(()),
                Some("/names") => {
                    let names = format!("* {}\n", room.names().join(", "));
                    write.write_all(names.as_bytes()).await?;
                }
                Some(text) => member.say(text),
            },
            heard = member.heard.recv() => match heard {
                Ok(line) if line.from == member.name => {}
                Ok(line) => write.write_all(line.text.as_bytes()).await?,
                Err(RecvError::Lagged(missed)) => {
                    let line = format!("* you read too slowly and missed {missed} lines\n");
                    write.write_all(line.as_bytes()).await?;
                }
                Err(RecvError::Closed) => return Ok(()),
            },
        }
    }
}

/// The lines that a client sends.
struct Lines {
    read: BufReader<OwnedReadHalf>,
    /// What has come of the next line. It is here so that dropping the future of [`next`](Self::next)
    /// loses nothing.
    bytes: Vec<u8>,
}

impl Lines {
    fn new(read: OwnedReadHalf) -> Self {
        let (read, bytes) = (BufReader::new(read), Vec::new());
        Self { read, bytes }
    }

    /// Returns the next line without its end, or `None` after the last one.
    async fn next(&mut self) -> io::Result<Option<String>> {
        let room = MAX_LINE.saturating_sub(self.bytes.len());
        let mut read = (&mut self.read).take(room as u64);
        read.read_until(b'\n', &mut self.bytes).await?;
        if self.bytes.last() != Some(&b'\n') {
            return match self.bytes.len() {
                MAX_LINE => Err(io::Error::other("a line is too long")),
                _ => Ok(None),
            };
        }
        let bytes = std::mem::take(&mut self.bytes);
        Ok(Some(String::from_utf8_lossy(&bytes).trim_end().into()))
    }
}

/// The room that all clients are in. A clone is the same room.
#[derive(Clone)]
struct Room {
    names: Arc<Mutex<BTreeSet<String>>>,
    lines: broadcast::Sender<Line>,
}

/// A line that was said, with its end.
#[derive(Clone)]
struct Line {
    from: Arc<str>,
    text: Arc<str>,
}

impl Room {
    fn new() -> Self {
        Self {
            names: Arc::default(),
            lines: broadcast::Sender::new(MAX_WAITING),
        }
    }

    /// Lets somebody in who has a name of their own.
    fn enter(&self, name: &str) -> Result<Member, &'static str> {
        let is_name = (1..=20).contains(&name.len()) && name.chars().all(char::is_alphanumeric);
        if !is_name {
            return Err("a name has 1 to 20 letters and digits");
        }
        if !self.lock().insert(name.into()) {
            return Err("somebody here has this name");
        }
        let member = Member {
            room: self.clone(),
            name: name.into(),
            heard: self.lines.subscribe(),
        };
        member.send(format!("* {name} is here\n"));
        Ok(member)
    }

    fn names(&self) -> Vec<String> {
        self.lock().iter().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody in the room, until this is dropped.
struct Member {
    room: Room,
    name: Arc<str>,
    heard: broadcast::Receiver<Line>,
}

impl Member {
    fn say(&self, text: &str) {
        self.send(format!("{}: {text}\n", self.name));
    }

    fn send(&self, text: String) {
        let (from, text) = (self.name.clone(), text.into());
        // There is always somebody to hear it: `self`.
        let _ = self.room.lines.send(Line { from, text });
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        self.room.lock().remove(&*self.name);
        self.send(format!("* {} has left\n", self.name));
    }
}

/// Clients that follow a script.
async fn talk(address: SocketAddr, shutdown: &Shutdown) -> io::Result<()> {
    const LINES: usize = 10_000;

    let mut ann = Person::enter(TcpStream::connect(address).await?, "ann").await?;
    let mut bob = Person::enter(TcpStream::connect(address).await?, "bob").await?;
    ann.hears("* bob is here").await?;
    ann.says("hello, bob").await?;
    bob.hears("ann: hello, bob").await?;
    bob.says("/names").await?;
    bob.hears("* ann, bob").await?;

    let mut eve = Person::connect(TcpStream::connect(address).await?).await?;
    eve.says("bob").await?;
    eve.hears("* somebody here has this name").await?;
    eve.says("e v e").await?;
    eve.hears("* a name has 1 to 20 letters and digits").await?;
    drop(eve);
    println!("ann and bob talked, and nobody else is called bob");

    // Joe never reads, and his system keeps little for him.
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(4096)?;
    let mut joe = Person::enter(socket.connect(address).await?, "joe").await?;
    for person in [&mut ann, &mut bob] {
        person.hears("* joe is here").await?;
    }
    let long = "blah ".repeat(300);
    for n in 0..LINES {
        let text = format!("{n} {long}");
        ann.says(&text).await?;
        bob.hears(format!("ann: {text}").trim_end()).await?;
    }
    println!("bob heard each of {LINES} lines while joe did not read");

    let mut heard = 0;
    let missed = loop {
        let line = joe.line().await?;
        if let Some(rest) = line.strip_prefix("* you read too slowly and missed ") {
            break rest.trim_end_matches(" lines").parse::<usize>();
        }
        heard += 1;
    };
    let missed = missed.map_err(io::Error::other)?;
    for n in heard + missed..LINES {
        joe.hears(format!("ann: {n} {long}").trim_end()).await?;
    }
    println!("joe missed the lines that he had no room for, was told, and heard the others");

    joe.says("/quit").await?;
    joe.ended().await?;
    bob.hears("* joe has left").await?;
    bob.says("/quit").await?;
    bob.ended().await?;
    ann.hears("* joe has left").await?;
    ann.hears("* bob has left").await?;
    shutdown.request();
    ann.hears("* the server ends").await?;
    ann.ended().await?;
    println!("joe and bob left, and the server told ann of its end");
    Ok(())
}

/// A client.
struct Person {
    lines: Lines,
    write: OwnedWriteHalf,
}

impl Person {
    async fn connect(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        let (read, write) = stream.into_split();
        let lines = Lines::new(read);
        let mut person = Self { lines, write };
        person.hears("* your name?").await?;
        Ok(person)
    }

    async fn enter(stream: TcpStream, name: &str) -> io::Result<Self> {
        let mut person = Self::connect(stream).await?;
        person.says(name).await?;
        person.hears(&format!("* welcome, {name}")).await?;
        Ok(person)
    }

    async fn says(&mut self, text: &str) -> io::Result<()> {
        self.write.write_all(format!("{text}\n").as_bytes()).await
    }

    async fn line(&mut self) -> io::Result<String> {
        let line = self.lines.next().await?;
        line.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }

    async fn hears(&mut self, wanted: &str) -> io::Result<()> {
        let line = self.line().await?;
        if line == wanted {
            return Ok(());
        }
        Err(io::Error::other(format!("`{line}` instead of `{wanted}`")))
    }

    async fn ended(&mut self) -> io::Result<()> {
        match self.lines.next().await? {
            None => Ok(()),
            Some(line) => Err(io::Error::other(format!("`{line}` instead of the end"))),
        }
    }
}
