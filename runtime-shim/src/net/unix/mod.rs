//! The halves of a [`UnixStream`], its address and its peer, and [pipes](pipe).
//!
//! Equivalent to `tokio::net::unix`.

pub mod pipe;
mod socket_addr;
mod ucred;

use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net;
use std::path::Path;
use std::time::Duration;

pub use self::socket_addr::SocketAddr;
pub use self::ucred::{UCred, gid_t, pid_t, uid_t};
use super::UnixStream;

halves! { UnixStream, SocketAddr }

/// Returns the address of this path. On Linux, a path that begins with a zero byte is a name in the
/// abstract namespace.
pub(crate) fn address_at(path: &Path) -> io::Result<net::SocketAddr> {
    match path.as_os_str().as_bytes() {
        [0, _name @ ..] => {
            #[cfg(target_os = "android")]
            use std::os::android::net::SocketAddrExt;
            #[cfg(target_os = "linux")]
            use std::os::linux::net::SocketAddrExt;

            #[cfg(any(target_os = "android", target_os = "linux"))]
            return net::SocketAddr::from_abstract_name(_name);
            #[cfg(not(any(target_os = "android", target_os = "linux")))]
            net::SocketAddr::from_pathname(path)
        }
        _ => net::SocketAddr::from_pathname(path),
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
