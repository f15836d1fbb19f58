//! The service as a process of its own.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::Result;

/// The limit for the time from ctrl-c to the end, which is more than the service gives its
/// requests.
const LIMIT: Duration = Duration::from_secs(20);

pub(crate) struct Program {
    child: Child,
    pub(crate) address: SocketAddr,
    output: Option<thread::JoinHandle<Vec<String>>>,
}

impl Program {
    /// Starts the program on the runtime of the test.
    pub(crate) fn start() -> Result<Self> {
        let mut child = Command::new(env!("CARGO_BIN_EXE_http-demo"))
            .arg("127.0.0.1:0")
            .env("PORTABLE_RUNTIME", portable::runtime::current())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut output = BufReader::new(child.stdout.take().ok_or("it is piped")?).lines();
        let first = output.next().ok_or("it says where it listens")??;
        let address = first
            .strip_prefix("listening on ")
            .and_then(|first| first.split_once(','))
            .ok_or_else(|| format!("it says where it listens, not {first:?}"))?;
        let on = format!(" on {}", portable::runtime::current());
        assert_eq!(address.1, on);
        Ok(Self {
            child,
            address: address.0.parse()?,
            // A thread reads all the time: with a full pipe the program could not go on.
            output: Some(thread::spawn(move || {
                output.map_while(std::result::Result::ok).collect()
            })),
        })
    }

    /// Sends the signal of ctrl-c.
    pub(crate) fn interrupt(&self) -> Result {
        Ok(kill_process(Pid::from_child(&self.child), Signal::INT)?)
    }

    /// Waits for the end of the program, and blocks the thread. Returns the status and the printed
    /// lines.
    pub(crate) fn end(mut self) -> Result<(ExitStatus, Vec<String>)> {
        let start = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait()? {
                break status;
            }
            if start.elapsed() > LIMIT {
                return Err(format!("it runs {LIMIT:?} after ctrl-c").into());
            }
            thread::sleep(Duration::from_millis(5));
        };
        let output = self.output.take().ok_or("it is taken here")?;
        Ok((status, output.join().map_err(|_| "it does not panic")?))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
