//! Names of hosts and their addresses.

use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use self::sealed::{Lookup, Seal};
use crate::runtime::refused::as_error;
use crate::task::{self, consume_budget};

/// A type that converts to addresses: an address, several of them, a text, or a host and a port.
///
/// Equivalent to `tokio::net::ToSocketAddrs`.
///
/// The operating system looks a name up, on a thread for blocking calls. Other crates cannot
/// implement this trait.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// use portable::net::ToSocketAddrs;
///
/// fn takes_addresses(_: impl ToSocketAddrs) {}
///
/// takes_addresses("localhost:80");
/// takes_addresses(("::1", 80));
/// takes_addresses((std::net::Ipv4Addr::LOCALHOST, 80));
/// ```
pub trait ToSocketAddrs {
    #[doc(hidden)]
    fn lookup(&self, seal: Seal) -> Lookup;
}

// Public because a public signature above names it. The module cannot be named outside.
#[allow(unreachable_pub)]
mod sealed {
    use std::net::SocketAddr;

    /// A value that no other crate can make.
    #[derive(Debug)]
    pub struct Seal;

    /// Addresses, or a host to look up.
    #[derive(Debug)]
    pub enum Lookup {
        Address(SocketAddr),
        Addresses(Vec<SocketAddr>),
        /// A host and a port.
        Host(String, u16),
        /// A host and a port in one text.
        Text(String),
    }
}

/// Looks up the addresses of a host.
///
/// Equivalent to `tokio::net::lookup_host`.
///
/// # Errors
///
/// Returns the operating system's error, for example if there is no such host.
///
/// # Cancel safety
///
/// Dropping the future does not stop the operating system's lookup; its result is discarded.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::net::lookup_host;
///
/// for address in lookup_host("localhost:80").await? {
///     assert!(address.ip().is_loopback());
/// }
/// # std::io::Result::Ok(())
/// # }).unwrap();
/// ```
pub async fn lookup_host(host: impl ToSocketAddrs) -> io::Result<impl Iterator<Item = SocketAddr>> {
    resolve(host.lookup(Seal)).await.map(Vec::into_iter)
}

async fn resolve(lookup: Lookup) -> io::Result<Vec<SocketAddr>> {
    consume_budget().await;
    fn ask(host: impl std::net::ToSocketAddrs) -> io::Result<Vec<SocketAddr>> {
        host.to_socket_addrs().map(Iterator::collect)
    }

    let asked = match lookup {
        Lookup::Address(address) => return Ok(vec![address]),
        Lookup::Addresses(addresses) => return Ok(addresses),
        Lookup::Host(host, port) => {
            as_error(|| task::spawn_blocking(move || ask((host.as_str(), port))))
        }
        Lookup::Text(text) => as_error(|| task::spawn_blocking(move || ask(text))),
    };
    let asked = asked?;
    asked.await.map_err(|error| {
        io::Error::other(format!("portable: the host was not looked up: {error}"))
    })?
}

/// Tries the addresses one after the other, and returns the last one's error if all fail.
pub(crate) async fn first_of<T, F>(
    addresses: impl ToSocketAddrs,
    mut attempt: impl FnMut(SocketAddr) -> F,
) -> io::Result<T>
where
    F: Future<Output = io::Result<T>>,
{
    let lookup = addresses.lookup(Seal);
    if let Lookup::Address(address) = lookup {
        consume_budget().await;
        return attempt(address).await;
    }
    let mut last = None;
    for address in resolve(lookup).await? {
        match attempt(address).await {
            Ok(done) => return Ok(done),
            Err(error) => last = Some(error),
        }
    }
    Err(last.unwrap_or_else(no_address))
}

/// Returns the first address, which is where a datagram goes.
pub(crate) async fn first(addresses: impl ToSocketAddrs) -> io::Result<SocketAddr> {
    let lookup = addresses.lookup(Seal);
    if let Lookup::Address(address) = lookup {
        return Ok(address);
    }
    let mut found = resolve(lookup).await?.into_iter();
    found.next().ok_or_else(no_address)
}

fn no_address() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidInput,
        "portable: there is no address to connect, bind or send to",
    )
}

macro_rules! one_address {
    ($($type:ty),*) => {
        $(
            impl ToSocketAddrs for $type {
                fn lookup(&self, _: Seal) -> Lookup {
                    Lookup::Address((*self).into())
                }
            }
        )*
    };
}
one_address!(
    SocketAddr,
    SocketAddrV4,
    SocketAddrV6,
    (IpAddr, u16),
    (Ipv4Addr, u16),
    (Ipv6Addr, u16)
);

impl ToSocketAddrs for [SocketAddr] {
    fn lookup(&self, _: Seal) -> Lookup {
        Lookup::Addresses(self.into())
    }
}

impl ToSocketAddrs for str {
    fn lookup(&self, _: Seal) -> Lookup {
        match self.parse() {
            Ok(address) => Lookup::Address(address),
            Err(_) => Lookup::Text(self.into()),
        }
    }
}

impl ToSocketAddrs for String {
    fn lookup(&self, seal: Seal) -> Lookup {
        self.as_str().lookup(seal)
    }
}

impl ToSocketAddrs for (&str, u16) {
    fn lookup(&self, _: Seal) -> Lookup {
        let &(host, port) = self;
        match host.parse::<IpAddr>() {
            Ok(ip) => Lookup::Address((ip, port).into()),
            Err(_) => Lookup::Host(host.into(), port),
        }
    }
}

impl ToSocketAddrs for (String, u16) {
    fn lookup(&self, seal: Seal) -> Lookup {
        (self.0.as_str(), self.1).lookup(seal)
    }
}

impl<T: ToSocketAddrs + ?Sized> ToSocketAddrs for &T {
    fn lookup(&self, seal: Seal) -> Lookup {
        (**self).lookup(seal)
    }
}
