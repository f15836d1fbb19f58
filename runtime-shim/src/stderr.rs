//! Writing to standard error from a thread that watches others.

use std::io::{self, Write};

/// Writes to the descriptor itself. `eprintln!` would write to the test harness, and it would take
/// a lock that a stuck thread may hold.
#[cfg(unix)]
#[inline]
pub(crate) fn write(text: &[u8]) -> io::Result<()> {
    use std::fs::File;
    use std::os::fd::AsFd;

    File::from(io::stderr().as_fd().try_clone_to_owned()?).write_all(text)
}

/// Does not use `eprintln!`, which would write to the test harness.
#[cfg(not(unix))]
pub(crate) fn write(text: &[u8]) -> io::Result<()> {
    io::stderr().write_all(text)
}
