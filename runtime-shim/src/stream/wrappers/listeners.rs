use std::io;

use crate::net::{TcpListener, TcpStream};
#[cfg(unix)]
use crate::net::{UnixListener, UnixStream};

wrapper! {
    /// The connections of a [`TcpListener`] as a stream, which does not end.
    ///
    /// Equivalent to `tokio_stream::wrappers::TcpListenerStream`.
    ///
    /// An item is an error where [`accept`](TcpListener::accept) returns one. The next item may be a
    /// connection again.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # portable::runtime::block_on(async {
    /// use portable::net::{TcpListener, TcpStream};
    /// use portable::stream::StreamExt;
    /// use portable::stream::wrappers::TcpListenerStream;
    ///
    /// let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// let address = listener.local_addr()?;
    /// let mut incoming = TcpListenerStream::new(listener);
    ///
    /// let client = TcpStream::connect(address).await?;
    /// let server = incoming.next().await.unwrap()?;
    /// assert_eq!(server.peer_addr()?, client.local_addr()?);
    /// # Ok::<(), std::io::Error>(())
    /// # }).unwrap();
    /// ```
    TcpListenerStream: TcpListener => io::Result<TcpStream>,
        |listener, cx| {
            let accepted = listener.poll_accept(cx);
            accepted.map_ok(|(stream, _)| stream).map(Some)
        }
}

#[cfg(unix)]
wrapper! {
    /// The connections of a [`UnixListener`] as a stream, which does not end.
    ///
    /// Equivalent to `tokio_stream::wrappers::UnixListenerStream`.
    ///
    /// An item is an error where [`accept`](UnixListener::accept) returns one. The next item may be a
    /// connection again.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # portable::runtime::block_on(async {
    /// use portable::net::UnixListener;
    /// use portable::stream::StreamExt;
    /// use portable::stream::wrappers::UnixListenerStream;
    ///
    /// let mut incoming = UnixListenerStream::new(UnixListener::bind("/run/echo.socket")?);
    /// while let Some(stream) = incoming.next().await {
    ///     println!("{:?}", stream?.peer_addr()?);
    /// }
    /// # Ok::<(), std::io::Error>(())
    /// # }).unwrap();
    /// ```
    UnixListenerStream: UnixListener => io::Result<UnixStream>,
        |listener, cx| {
            let accepted = listener.poll_accept(cx);
            accepted.map_ok(|(stream, _)| stream).map(Some)
        }
}
