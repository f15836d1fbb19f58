use std::future::pending;
use std::io;
use std::pin::pin;

use portable::io::{AsyncReadExt, AsyncWriteExt};
use portable::net::TcpStream;
use portable::shutdown::Guard;
use portable::time::{Duration, timeout};

use crate::Database;
use crate::answer::Answer;
use crate::channels::Subscription;
use crate::command::run;
use crate::request::Requests;

/// Answers are written when there are this many bytes of them, or no more requests.
const WRITE: usize = 64 * 1024;

/// The time within which a subscriber must take a message.
const MAX_WRITE: Duration = Duration::from_secs(5);

/// Serves one connection until the client ends it, or the end of the server is requested.
pub(crate) async fn connection(
    mut stream: TcpStream,
    database: Database,
    guard: &Guard,
) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut client = Client {
        database,
        subscription: None,
        has_quit: false,
    };
    let mut requests = Requests::default();
    let mut answers = Vec::new();
    let mut requested = pin!(guard.requested());

    while !client.has_quit {
        portable::select! {
            biased;
            () = &mut requested => break,
            read = stream.read(requests.space()) => match read? {
                0 => break,
                read => requests.add(read),
            },
            message = message(&mut client.subscription) => {
                let Some(message) = message else {
                    return Err(io::Error::other("the subscriber is too slow"));
                };
                timeout(MAX_WRITE, stream.write_all(&message)).await??;
                continue;
            }
        }
        while let Some(request) = requests.next() {
            match request {
                Ok(words) => client.answer(&words, &mut answers),
                Err(error) => {
                    // What follows cannot be understood either.
                    Answer::Error(error).write(&mut answers);
                    client.has_quit = true;
                }
            }
            if client.has_quit {
                break;
            }
            if answers.len() >= WRITE {
                stream.write_all(&answers).await?;
                answers.clear();
            }
        }
        stream.write_all(&answers).await?;
        answers.clear();
    }
    Ok(())
}

/// Waits for the next message, if there is a subscription. Without one it waits for ever.
async fn message(subscription: &mut Option<Subscription>) -> Option<std::sync::Arc<[u8]>> {
    match subscription {
        Some(subscription) => subscription.message().await,
        None => pending().await,
    }
}

struct Client {
    database: Database,
    subscription: Option<Subscription>,
    has_quit: bool,
}

impl Client {
    /// Does what a request asks for, and adds the answer to `answers`.
    ///
    /// What concerns the connection is done here, and everything else in `command.rs`.
    fn answer(&mut self, words: &[&[u8]], answers: &mut Vec<u8>) {
        let Some((name, arguments)) = words.split_first() else {
            // An empty line: Redis does not answer it either.
            return;
        };
        let name = name.to_ascii_uppercase();
        let is_subscriber = self.subscription.as_ref().is_some_and(|it| it.count() > 0);
        match (name.as_slice(), arguments) {
            (b"SUBSCRIBE", channels @ [_, ..]) => {
                let subscription = self
                    .subscription
                    .get_or_insert_with(|| self.database.channels.subscription());
                for channel in channels {
                    subscription.add(channel);
                    let count = subscription.count();
                    Answer::change("subscribe", Some(channel), count).write(answers);
                }
            }
            (b"UNSUBSCRIBE", []) => {
                let left = self.subscription.take();
                let names = left.as_ref().map_or(Vec::new(), Subscription::names);
                if names.is_empty() {
                    Answer::change("unsubscribe", None, 0).write(answers);
                }
                for (i, channel) in names.iter().enumerate() {
                    let count = names.len() - i - 1;
                    Answer::change("unsubscribe", Some(channel), count).write(answers);
                }
            }
            (b"UNSUBSCRIBE", channels) => {
                for channel in channels {
                    let count = self.subscription.as_mut().map_or(0, |subscription| {
                        subscription.remove(channel);
                        subscription.count()
                    });
                    Answer::change("unsubscribe", Some(channel), count).write(answers);
                }
            }
            (b"QUIT", _) => {
                Answer::Simple("OK").write(answers);
                self.has_quit = true;
            }
            (b"PING", arguments) if is_subscriber => {
                let text = arguments.first().copied().unwrap_or_default();
                Answer::Array(vec![Answer::bulk(b"pong"), Answer::bulk(text)]).write(answers);
            }
            _ if is_subscriber => {
                let name = String::from_utf8_lossy(&name);
                let error = format!("ERR {name} is not allowed while there is a subscription");
                Answer::Error(error).write(answers);
            }
            (name, arguments) => run(name, arguments, &self.database).write(answers),
        }
    }
}
