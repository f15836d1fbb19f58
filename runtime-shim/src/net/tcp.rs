//! The halves of a [`TcpStream`].
//!
//! Equivalent to `tokio::net::tcp`.

use std::io;
use std::net::SocketAddr;
use std::task::{Context, Poll};

use super::TcpStream;

halves! { TcpStream, SocketAddr }

macro_rules! peeks {
    ($half:ty) => {
        impl $half {
            /// Reads what comes next without taking it.
            ///
            /// # Errors
            ///
            /// That of the operating system.
            ///
            /// # Cancel safety
            ///
            /// Nothing is taken.
            pub async fn peek(&self, buf: &mut [u8]) -> io::Result<usize> {
                self.0.peek(buf).await
            }

            /// As [`peek`](Self::peek), for a `poll` function: of several tasks the last one is
            /// woken.
            ///
            /// # Errors
            ///
            /// That of the operating system.
            pub fn poll_peek(
                &self,
                cx: &mut Context<'_>,
                buf: &mut [u8],
            ) -> Poll<io::Result<usize>> {
                self.0.poll_peek(cx, buf)
            }
        }
    };
}
peeks! { ReadHalf<'_> }
peeks! { OwnedReadHalf }
