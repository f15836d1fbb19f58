//! The halves of a [`UnixStream`], and the address of a Unix socket.
//!
//! Equivalent to `tokio::net::unix`.
//!
//! [`SocketAddr`] is std's. Tokio has a type of its own with the same methods. For a name in the
//! abstract namespace of Linux, use std's trait `SocketAddrExt`.

use std::io;
use std::os::unix::ffi::OsStrExt;
pub use std::os::unix::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use super::UnixStream;

halves! { UnixStream, SocketAddr }

/// Returns the address of this path. On Linux, a path that begins with a zero byte is a name in the
/// abstract namespace.
pub(crate) fn address_at(path: &Path) -> io::Result<SocketAddr> {
    match path.as_os_str().as_bytes() {
        [0, _name @ ..] => {
            #[cfg(target_os = "android")]
            use std::os::android::net::SocketAddrExt;
            #[cfg(target_os = "linux")]
            use std::os::linux::net::SocketAddrExt;

            #[cfg(any(target_os = "android", target_os = "linux"))]
            return SocketAddr::from_abstract_name(_name);
            #[cfg(not(any(target_os = "android", target_os = "linux")))]
            SocketAddr::from_pathname(path)
        }
        _ => SocketAddr::from_pathname(path),
    }
}

/// The delay between attempts where the peer has no room and nothing signals when it has. It
/// doubles each time, up to a limit.
#[derive(Debug)]
pub(crate) struct Pause(Duration);

impl Pause {
    pub(crate) fn new() -> Self {
        Self(Duration::from_micros(500))
    }

    pub(crate) fn next(&mut self) -> Duration {
        let pause = self.0;
        self.0 = (2 * pause).min(Duration::from_millis(16));
        pause
    }
}
