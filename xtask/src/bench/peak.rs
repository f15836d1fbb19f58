//! Measures the most memory that a program has.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use super::median;
use crate::run::Result;

const RUNS: usize = 11;
/// The number of consecutive looks with the same result at which the program counts as blocked in
/// its print.
const LOOKS: usize = 10;

/// Returns the most KiB in memory at once until the program prints its first line: the median of
/// some runs.
///
/// `getrusage` would not do: a child begins with the peak of its parent, which is higher.
pub(super) fn until_print(program: &Path) -> Result<f64> {
    let runs: io::Result<Vec<f64>> = (0..RUNS).map(|_| of_run(program)).collect();
    let runs = runs.map_err(|error| format!("cannot watch {program:?}: {error}"))?;
    Ok(median(runs))
}

fn of_run(program: &Path) -> io::Result<f64> {
    let (stdout, _unread) = full()?;
    let mut child = Command::new(program)
        .stdout(OwnedFd::from(stdout))
        .spawn()?;
    let settled = settled(child.id());
    child.kill()?;
    child.wait()?;
    settled
}

/// Returns a stream whose buffer is full, so that a program that prints to it blocks.
fn full() -> io::Result<(UnixStream, UnixStream)> {
    let (mut stdout, unread) = UnixStream::pair()?;
    stdout.set_nonblocking(true)?;
    loop {
        match stdout.write(b"\n") {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => break,
            Err(error) => return Err(error),
        }
    }
    stdout.set_nonblocking(false)?;
    Ok((stdout, unread))
}

fn settled(process: u32) -> io::Result<f64> {
    let (mut most, mut looks) = (0, 0);
    while looks < LOOKS {
        thread::sleep(Duration::from_millis(5));
        let status = fs::read_to_string(format!("/proc/{process}/status"))?;
        let seen = high_water(&status).ok_or(ErrorKind::UnexpectedEof)?;
        looks = if seen == most { looks + 1 } else { 0 };
        most = seen;
    }
    Ok(most as f64)
}

/// Returns the peak in KiB, or `None` once the program has ended.
pub(crate) fn high_water(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{full, high_water};

    #[test]
    fn the_system_says_it_while_the_program_runs() {
        let status = "VmPeak:\t 9000 kB\nVmHWM:\t    2028 kB\nVmRSS:\t 2000 kB";
        assert_eq!(high_water(status), Some(2028));
        assert_eq!(high_water("Name:\thello\nState:\tZ (zombie)"), None);
    }

    #[test]
    fn what_is_full_takes_nothing() {
        use std::io::Write;

        let (mut stdout, _unread) = full().expect("a pair of sockets");
        stdout.set_nonblocking(true).expect("it is ours");
        assert!(stdout.write(b"hello\n").is_err());
    }
}
