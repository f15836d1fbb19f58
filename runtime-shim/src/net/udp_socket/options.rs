//! Options: broadcast, multicast, and what becomes of packets on their way.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::UdpSocket;

impl UdpSocket {
    options! {
        /// Whether it may send to broadcast addresses (`SO_BROADCAST`).
        broadcast, set_broadcast: bool => broadcast, set_broadcast;

        /// Whether this machine gets what the socket sends to a multicast group of IPv4
        /// (`IP_MULTICAST_LOOP`).
        multicast_loop_v4, set_multicast_loop_v4: bool => multicast_loop_v4, set_multicast_loop_v4;

        /// The time to live of packets to a multicast group of IPv4, 1 by default, so that they do
        /// not leave the local network (`IP_MULTICAST_TTL`).
        multicast_ttl_v4, set_multicast_ttl_v4: u32 => multicast_ttl_v4, set_multicast_ttl_v4;

        /// Whether this socket gets what is sent to a multicast group of IPv6 from this machine
        /// (`IPV6_MULTICAST_LOOP`).
        multicast_loop_v6, set_multicast_loop_v6: bool => multicast_loop_v6, set_multicast_loop_v6;

        /// The time to live of packets (`IP_TTL`).
        ttl, set_ttl: u32 => ttl_v4, set_ttl_v4;
    }
    options_of_packets! {}

    /// Joins a multicast group of IPv4, on the interface that has this address; on the one that the
    /// operating system chooses if it is [`UNSPECIFIED`](Ipv4Addr::UNSPECIFIED).
    ///
    /// # Errors
    ///
    /// That of the operating system.
    pub fn join_multicast_v4(&self, multiaddr: Ipv4Addr, interface: Ipv4Addr) -> io::Result<()> {
        self.as_std().join_multicast_v4(&multiaddr, &interface)
    }

    /// Leaves a multicast group of IPv4.
    ///
    /// # Errors
    ///
    /// That of the operating system.
    pub fn leave_multicast_v4(&self, multiaddr: Ipv4Addr, interface: Ipv4Addr) -> io::Result<()> {
        self.as_std().leave_multicast_v4(&multiaddr, &interface)
    }

    /// Joins a multicast group of IPv6, on the interface with this index; on any for 0.
    ///
    /// # Errors
    ///
    /// That of the operating system.
    pub fn join_multicast_v6(&self, multiaddr: &Ipv6Addr, interface: u32) -> io::Result<()> {
        self.as_std().join_multicast_v6(multiaddr, interface)
    }

    /// Leaves a multicast group of IPv6.
    ///
    /// # Errors
    ///
    /// That of the operating system.
    pub fn leave_multicast_v6(&self, multiaddr: &Ipv6Addr, interface: u32) -> io::Result<()> {
        self.as_std().leave_multicast_v6(multiaddr, interface)
    }
}
