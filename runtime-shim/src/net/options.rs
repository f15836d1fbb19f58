//! Options of sockets: each is a method that tells and one that sets.

/// `options! { /// What it is. name, set_name: Type => getter, setter; … }`, where the last two are
/// socket2's methods.
macro_rules! options {
    ($(
        $(#[$about:meta])*
        $get:ident, $set:ident: $type:ty => $getter:ident, $setter:ident;
    )*) => {
        $(
            $(#[$about])*
            ///
            /// # Errors
            ///
            /// That of the operating system.
            pub fn $get(&self) -> std::io::Result<$type> {
                socket2::SockRef::from(self).$getter()
            }

            #[doc = concat!("Sets [`", stringify!($get), "`](Self::", stringify!($get), ").")]
            ///
            /// # Errors
            ///
            /// That of the operating system.
            pub fn $set(&self, value: $type) -> std::io::Result<()> {
                socket2::SockRef::from(self).$setter(value)
            }
        )*
    };
}

/// What becomes of packets on their way, for each type of socket that has them.
macro_rules! options_of_packets {
    () => {
        options! {
            /// The type of service of packets of IPv4 (`IP_TOS`).
            tos_v4, set_tos_v4: u32 => tos_v4, set_tos_v4;
        }

        /// The traffic class of packets of IPv6 (`IPV6_TCLASS`).
        ///
        /// # Errors
        ///
        /// That of the operating system.
        #[cfg(any(target_os = "android", target_os = "linux", target_os = "macos"))]
        pub fn tclass_v6(&self) -> std::io::Result<u32> {
            socket2::SockRef::from(self).tclass_v6()
        }

        /// Sets [`tclass_v6`](Self::tclass_v6).
        ///
        /// # Errors
        ///
        /// That of the operating system.
        #[cfg(any(target_os = "android", target_os = "linux", target_os = "macos"))]
        pub fn set_tclass_v6(&self, tclass: u32) -> std::io::Result<()> {
            socket2::SockRef::from(self).set_tclass_v6(tclass)
        }

        /// The name of the network device whose packets alone it gets (`SO_BINDTODEVICE`).
        ///
        /// # Errors
        ///
        /// That of the operating system.
        #[cfg(any(target_os = "android", target_os = "linux"))]
        pub fn device(&self) -> std::io::Result<Option<Vec<u8>>> {
            socket2::SockRef::from(self).device()
        }

        /// Says which network device's packets alone it gets (`SO_BINDTODEVICE`); `None` is all of
        /// them.
        ///
        /// # Errors
        ///
        /// That of the operating system; some need a privilege.
        #[cfg(any(target_os = "android", target_os = "linux"))]
        pub fn bind_device(&self, interface: Option<&[u8]>) -> std::io::Result<()> {
            socket2::SockRef::from(self).bind_device(interface)
        }
    };
}
