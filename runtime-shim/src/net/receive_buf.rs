use self::sealed::Seal;

/// A buffer that the `poll` functions of sockets receive into: a slice, or with the feature
/// `tokio-io` Tokio's `ReadBuf`.
///
/// For a slice they return the number of received bytes. A `ReadBuf` counts them itself, so they
/// return nothing, or the sender alone. Other crates cannot implement this trait.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use std::future::poll_fn;
///
/// use portable::net::UdpSocket;
///
/// let socket = UdpSocket::bind("127.0.0.1:0").await?;
/// socket.send_to(b"hello", socket.local_addr()?).await?;
///
/// let mut buf = [0; 16];
/// let len: usize = poll_fn(|cx| socket.poll_recv(cx, &mut buf)).await?;
/// assert_eq!(&buf[..len], b"hello");
/// # std::io::Result::Ok(())
/// # }).unwrap();
/// ```
pub trait ReceiveBuf {
    /// What a function returns that receives from the peer.
    type Received;
    /// What a function returns that receives from anyone, who has this type of address.
    type ReceivedFrom<A>;

    #[doc(hidden)]
    fn room(&mut self, seal: Seal) -> &mut [u8];

    #[doc(hidden)]
    fn received(&mut self, len: usize, seal: Seal) -> Self::Received;

    #[doc(hidden)]
    fn received_from<A>(&mut self, len: usize, from: A, seal: Seal) -> Self::ReceivedFrom<A>;
}

// Public because a public signature above names it. The module cannot be named outside.
#[allow(unreachable_pub)]
pub(super) mod sealed {
    /// A value that no other crate can make.
    #[derive(Debug)]
    pub struct Seal;
}

macro_rules! slices {
    ($([$($generics:tt)*] $type:ty),*) => {
        $(
            impl<$($generics)*> ReceiveBuf for $type {
                type Received = usize;
                type ReceivedFrom<A> = (usize, A);

                fn room(&mut self, _: Seal) -> &mut [u8] {
                    self
                }

                fn received(&mut self, len: usize, _: Seal) -> usize {
                    len
                }

                fn received_from<A>(&mut self, len: usize, from: A, _: Seal) -> (usize, A) {
                    (len, from)
                }
            }
        )*
    };
}
slices! { [] [u8], [const N: usize] [u8; N], [] Vec<u8>, [] Box<[u8]> }

#[cfg(feature = "tokio-io")]
impl ReceiveBuf for portable_primitives::tokio::io::ReadBuf<'_> {
    type Received = ();
    type ReceivedFrom<A> = A;

    fn room(&mut self, _: Seal) -> &mut [u8] {
        self.initialize_unfilled()
    }

    fn received(&mut self, len: usize, _: Seal) {
        self.advance(len);
    }

    fn received_from<A>(&mut self, len: usize, from: A, _: Seal) -> A {
        self.advance(len);
        from
    }
}
