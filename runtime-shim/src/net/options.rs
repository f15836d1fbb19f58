//! Options of sockets. Each option is a getter and a setter.

/// `options! { /// The option. name, set_name: Type => getter, setter; … }`, where `getter` and
/// `setter` are methods of socket2.
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
            /// Returns the operating system's error.
            pub fn $get(&self) -> std::io::Result<$type> {
                socket2::SockRef::from(self).$getter()
            }

            #[doc = concat!("Sets [`", stringify!($get), "`](Self::", stringify!($get), ").")]
            ///
            /// # Errors
            ///
            /// Returns the operating system's error.
            pub fn $set(&self, value: $type) -> std::io::Result<()> {
                socket2::SockRef::from(self).$setter(value)
            }
        )*
    };
}

/// Options of the packets that a socket sends, for each type of socket that has them.
macro_rules! options_of_packets {
    () => {
        options! {
            /// Returns the type of service of IPv4 packets (`IP_TOS`).
            tos_v4, set_tos_v4: u32 => tos_v4, set_tos_v4;
        }

        /// Does the same as [`tos_v4`](Self::tos_v4).
        ///
        /// # Errors
        ///
        /// Returns the operating system's error.
        #[deprecated(note = "renamed to `tos_v4`")]
        #[doc(hidden)]
        pub fn tos(&self) -> std::io::Result<u32> {
            self.tos_v4()
        }

        /// Does the same as [`set_tos_v4`](Self::set_tos_v4).
        ///
        /// # Errors
        ///
        /// Returns the operating system's error.
        #[deprecated(note = "renamed to `set_tos_v4`")]
        #[doc(hidden)]
        pub fn set_tos(&self, tos: u32) -> std::io::Result<()> {
            self.set_tos_v4(tos)
        }

        /// Returns the traffic class of IPv6 packets (`IPV6_TCLASS`).
        ///
        /// # Errors
        ///
        /// Returns the operating system's error.
        #[cfg(any(target_os = "android", target_os = "linux", target_os = "macos"))]
        pub fn tclass_v6(&self) -> std::io::Result<u32> {
            socket2::SockRef::from(self).tclass_v6()
        }

        /// Sets [`tclass_v6`](Self::tclass_v6).
        ///
        /// # Errors
        ///
        /// Returns the operating system's error.
        #[cfg(any(target_os = "android", target_os = "linux", target_os = "macos"))]
        pub fn set_tclass_v6(&self, tclass: u32) -> std::io::Result<()> {
            socket2::SockRef::from(self).set_tclass_v6(tclass)
        }

        /// Returns the name of the network device that the socket is bound to (`SO_BINDTODEVICE`).
        ///
        /// # Errors
        ///
        /// Returns the operating system's error.
        #[cfg(any(target_os = "android", target_os = "linux"))]
        pub fn device(&self) -> std::io::Result<Option<Vec<u8>>> {
            socket2::SockRef::from(self).device()
        }

        /// Binds the socket to a network device, so that it gets the packets of this device only
        /// (`SO_BINDTODEVICE`). `None` removes the binding.
        ///
        /// # Errors
        ///
        /// Returns the operating system's error. Some systems require a privilege.
        #[cfg(any(target_os = "android", target_os = "linux"))]
        pub fn bind_device(&self, interface: Option<&[u8]>) -> std::io::Result<()> {
            socket2::SockRef::from(self).bind_device(interface)
        }
    };
}
