use std::io;

use crate::fs::{DirEntry, ReadDir};

wrapper! {
    /// The entries of a directory as a stream.
    ///
    /// Equivalent to `tokio_stream::wrappers::ReadDirStream`.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # portable::runtime::block_on(async {
    /// use portable::fs;
    /// use portable::stream::StreamExt;
    /// use portable::stream::wrappers::ReadDirStream;
    ///
    /// let entries = ReadDirStream::new(fs::read_dir(".").await?);
    /// let entries: Vec<fs::DirEntry> = entries.try_collect().await?;
    /// assert!(entries.iter().any(|entry| entry.file_name() == "Cargo.toml"));
    /// # Ok::<(), std::io::Error>(())
    /// # }).unwrap();
    /// ```
    ReadDirStream: ReadDir => io::Result<DirEntry>,
        |entries, cx| entries.poll_next_entry(cx).map(Result::transpose)
}
