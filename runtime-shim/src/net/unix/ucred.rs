use std::io;
use std::os::fd::AsFd;

/// The id of a user.
#[allow(non_camel_case_types)]
pub type uid_t = u32;

/// The id of a group.
#[allow(non_camel_case_types)]
pub type gid_t = u32;

/// The id of a process.
#[allow(non_camel_case_types)]
pub type pid_t = i32;

/// Who has made the other end of a Unix socket.
///
/// Equivalent to `tokio::net::unix::UCred`. It is returned by
/// [`UnixStream::peer_cred`](crate::net::UnixStream::peer_cred).
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::net::UnixStream;
///
/// let (one, _other) = UnixStream::pair()?;
/// let peer = one.peer_cred()?;
/// println!("user {} of group {}", peer.uid(), peer.gid());
/// # std::io::Result::Ok(())
/// # }).unwrap();
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct UCred {
    pid: Option<pid_t>,
    uid: uid_t,
    gid: gid_t,
}

impl UCred {
    /// Returns the user of the peer.
    pub fn uid(&self) -> uid_t {
        self.uid
    }

    /// Returns the group of the peer.
    pub fn gid(&self) -> gid_t {
        self.gid
    }

    /// Returns the process of the peer. Linux, Android and the systems of Apple know it.
    pub fn pid(&self) -> Option<pid_t> {
        self.pid
    }

    /// Returns that of the peer of `socket`.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub(crate) fn of_peer(socket: &impl AsFd) -> io::Result<Self> {
        let mut peer = libc::ucred {
            pid: 0,
            uid: 0,
            gid: 0,
        };
        option(socket, libc::SOL_SOCKET, libc::SO_PEERCRED, &mut peer)?;
        Ok(Self {
            pid: Some(peer.pid),
            uid: peer.uid,
            gid: peer.gid,
        })
    }

    /// Returns that of the peer of `socket`.
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    pub(crate) fn of_peer(socket: &impl AsFd) -> io::Result<Self> {
        use std::os::fd::AsRawFd;

        let (mut uid, mut gid) = (0, 0);
        let fd = socket.as_fd().as_raw_fd();
        // SAFETY: the descriptor is open, and the call writes both ids.
        match unsafe { libc::getpeereid(fd, &mut uid, &mut gid) } {
            0 => Ok(Self {
                pid: pid(socket)?,
                uid,
                gid,
            }),
            _ => Err(io::Error::last_os_error()),
        }
    }
}

#[cfg(target_vendor = "apple")]
fn pid(socket: &impl AsFd) -> io::Result<Option<pid_t>> {
    let mut pid: pid_t = 0;
    option(socket, libc::SOL_LOCAL, libc::LOCAL_PEERPID, &mut pid)?;
    Ok(Some(pid))
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn pid(_: &impl AsFd) -> io::Result<Option<pid_t>> {
    Ok(None)
}

/// Reads an option of a socket.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn option<T: Copy>(
    socket: &impl AsFd,
    level: libc::c_int,
    name: libc::c_int,
    value: &mut T,
) -> io::Result<()> {
    use std::os::fd::AsRawFd;

    let mut len = size_of::<T>() as libc::socklen_t;
    // SAFETY: the descriptor is open, and the call writes at most `len` bytes to the value, which
    // is one of integers.
    let got = unsafe {
        libc::getsockopt(
            socket.as_fd().as_raw_fd(),
            level,
            name,
            (&raw mut *value).cast(),
            &mut len,
        )
    };
    match got {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}
