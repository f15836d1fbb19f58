//! Reading, writing and copying whole files.

use std::io;
use std::path::Path;

use crate::io::blocking::asyncify;

/// Reads a whole file.
///
/// Equivalent to `tokio::fs::read`.
///
/// # Errors
///
/// Fails as [`std::fs::read`] does, for example if the file does not exist or is a directory.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::fs;
///
/// assert!(!fs::read("Cargo.toml").await?.is_empty());
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
pub async fn read(path: impl AsRef<Path>) -> io::Result<Vec<u8>> {
    let path = path.as_ref().to_owned();
    asyncify(move || std::fs::read(path)).await
}

/// Reads a whole file as text.
///
/// Equivalent to `tokio::fs::read_to_string`.
///
/// # Errors
///
/// Fails as [`std::fs::read_to_string`] does, and with [`InvalidData`](io::ErrorKind::InvalidData)
/// if the file is not UTF-8.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::fs;
///
/// assert!(fs::read_to_string("Cargo.toml").await?.contains("[package]"));
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
pub async fn read_to_string(path: impl AsRef<Path>) -> io::Result<String> {
    let path = path.as_ref().to_owned();
    asyncify(move || std::fs::read_to_string(path)).await
}

/// Writes a whole file. The file is created if it does not exist, and its contents are replaced if
/// it does.
///
/// Equivalent to `tokio::fs::write`.
///
/// # Errors
///
/// Fails as [`std::fs::write`] does. A part of the contents may be written by then.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::fs;
///
/// let path = std::env::temp_dir().join(format!("portable-write-{}", std::process::id()));
/// fs::write(&path, "to be").await?;
/// assert_eq!(fs::read(&path).await?, b"to be");
/// fs::remove_file(&path).await?;
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
pub async fn write(path: impl AsRef<Path>, contents: impl AsRef<[u8]>) -> io::Result<()> {
    let path = path.as_ref().to_owned();
    let contents = contents.as_ref().to_owned();
    asyncify(move || std::fs::write(path, contents)).await
}

/// Copies the contents and the permissions of a file, and returns the number of bytes.
///
/// Equivalent to `tokio::fs::copy`.
///
/// # Errors
///
/// Fails as [`std::fs::copy`] does.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::fs;
///
/// let path = std::env::temp_dir().join(format!("portable-copy-{}", std::process::id()));
/// let len = fs::copy("Cargo.toml", &path).await?;
/// assert_eq!(len, fs::metadata(&path).await?.len());
/// fs::remove_file(&path).await?;
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
pub async fn copy(from: impl AsRef<Path>, to: impl AsRef<Path>) -> io::Result<u64> {
    let from = from.as_ref().to_owned();
    let to = to.as_ref().to_owned();
    asyncify(move || std::fs::copy(from, to)).await
}
