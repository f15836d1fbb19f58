//! The halves of a [`TcpStream`].
//!
//! Equivalent to `tokio::net::tcp`.

use std::io;
use std::net::SocketAddr;
use std::task::{Context, Poll};

use super::{ReceiveBuf, TcpStream};

halves! { TcpStream, SocketAddr }

macro_rules! peeks {
    ($half:ty) => {
        impl $half {
            /// Reads the next bytes without removing them from the stream.
            ///
            /// # Errors
            ///
            /// Returns the operating system's error.
            ///
            /// # Cancel safety
            ///
            /// Dropping the future takes nothing.
            pub async fn peek(&self, buf: &mut [u8]) -> io::Result<usize> {
                self.0.peek(buf).await
            }

            /// The `poll` form of [`peek`](Self::peek). If several tasks poll, only the last one is
            /// woken.
            ///
            /// # Errors
            ///
            /// Returns the operating system's error.
            pub fn poll_peek<B: ReceiveBuf + ?Sized>(
                &self,
                cx: &mut Context<'_>,
                buf: &mut B,
            ) -> Poll<io::Result<usize>> {
                self.0.poll_peek(cx, buf)
            }
        }
    };
}
peeks! { ReadHalf<'_> }
peeks! { OwnedReadHalf }
