use crate::time::{Instant, Interval};

wrapper! {
    /// The ticks of an [`Interval`] as a stream, which does not end.
    ///
    /// Equivalent to `tokio_stream::wrappers::IntervalStream`.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # portable::runtime::block_on(async {
    /// use portable::stream::StreamExt;
    /// use portable::stream::wrappers::IntervalStream;
    /// use portable::time::{Duration, interval};
    ///
    /// let mut ticks = IntervalStream::new(interval(Duration::from_millis(1)));
    /// let first = ticks.next().await.unwrap();
    /// let second = ticks.next().await.unwrap();
    /// assert_eq!(second - first, Duration::from_millis(1));
    /// # });
    /// ```
    IntervalStream: Interval => Instant, |ticks, cx| ticks.poll_tick(cx).map(Some)
}
