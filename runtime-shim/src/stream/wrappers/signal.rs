use crate::signal::unix::Signal;

wrapper! {
    /// The arrivals of a signal as a stream, which does not end.
    ///
    /// Equivalent to `tokio_stream::wrappers::SignalStream`.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # portable::runtime::block_on(async {
    /// use portable::signal::unix::{SignalKind, signal};
    /// use portable::stream::StreamExt;
    /// use portable::stream::wrappers::SignalStream;
    ///
    /// let mut hangups = SignalStream::new(signal(SignalKind::hangup())?);
    /// # signal_hook::low_level::raise(signal_hook::consts::SIGHUP)?;
    /// if let Some(()) = hangups.next().await {
    ///     println!("reading the settings again");
    /// }
    /// # Ok::<(), std::io::Error>(())
    /// # }).unwrap();
    /// ```
    SignalStream: Signal => (), |signal, cx| signal.poll_recv(cx)
}
