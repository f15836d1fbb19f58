//! Broadcast, multicast and packet options.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::UdpSocket;

impl UdpSocket {
    options! {
        /// Returns whether the socket may send to broadcast addresses (`SO_BROADCAST`).
        broadcast, set_broadcast: bool => broadcast, set_broadcast;

        /// Returns whether this machine receives its own packets to an IPv4 multicast group
        /// (`IP_MULTICAST_LOOP`).
        multicast_loop_v4, set_multicast_loop_v4: bool => multicast_loop_v4, set_multicast_loop_v4;

        /// Returns the time to live of packets to an IPv4 multicast group (`IP_MULTICAST_TTL`). It
        /// is 1 by default, so such packets do not leave the local network.
        multicast_ttl_v4, set_multicast_ttl_v4: u32 => multicast_ttl_v4, set_multicast_ttl_v4;

        /// Returns whether this socket receives this machine's own packets to an IPv6 multicast
        /// group (`IPV6_MULTICAST_LOOP`).
        multicast_loop_v6, set_multicast_loop_v6: bool => multicast_loop_v6, set_multicast_loop_v6;

        /// Returns the time to live of packets (`IP_TTL`).
        ttl, set_ttl: u32 => ttl_v4, set_ttl_v4;
    }
    options_of_packets! {}

    /// Joins an IPv4 multicast group on the interface with this address. For
    /// [`UNSPECIFIED`](Ipv4Addr::UNSPECIFIED) the operating system chooses the interface.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error.
    pub fn join_multicast_v4(&self, multiaddr: Ipv4Addr, interface: Ipv4Addr) -> io::Result<()> {
        self.as_std().join_multicast_v4(&multiaddr, &interface)
    }

    /// Leaves an IPv4 multicast group.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error.
    pub fn leave_multicast_v4(&self, multiaddr: Ipv4Addr, interface: Ipv4Addr) -> io::Result<()> {
        self.as_std().leave_multicast_v4(&multiaddr, &interface)
    }

    /// Joins an IPv6 multicast group on the interface with this index, or on any interface for
    /// index 0.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error.
    pub fn join_multicast_v6(&self, multiaddr: &Ipv6Addr, interface: u32) -> io::Result<()> {
        self.as_std().join_multicast_v6(multiaddr, interface)
    }

    /// Leaves an IPv6 multicast group.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error.
    pub fn leave_multicast_v6(&self, multiaddr: &Ipv6Addr, interface: u32) -> io::Result<()> {
        self.as_std().leave_multicast_v6(multiaddr, interface)
    }
}
