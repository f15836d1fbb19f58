//! Links.

use std::io;
use std::path::{Path, PathBuf};

use crate::io::blocking::asyncify;

/// Creates a hard link to a file.
///
/// Equivalent to `tokio::fs::hard_link`.
///
/// # Errors
///
/// Fails as [`std::fs::hard_link`] does.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::fs;
///
/// let path = std::env::temp_dir().join(format!("portable-hard-link-{}", std::process::id()));
/// let link = path.with_extension("link");
/// fs::write(&path, "to be").await?;
/// fs::hard_link(&path, &link).await?;
/// fs::remove_file(&path).await?;
/// assert_eq!(fs::read(&link).await?, b"to be");
/// fs::remove_file(&link).await?;
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
pub async fn hard_link(original: impl AsRef<Path>, link: impl AsRef<Path>) -> io::Result<()> {
    let original = original.as_ref().to_owned();
    let link = link.as_ref().to_owned();
    asyncify(move || std::fs::hard_link(original, link)).await
}

/// Returns the target of a symbolic link.
///
/// Equivalent to `tokio::fs::read_link`.
///
/// # Errors
///
/// Fails as [`std::fs::read_link`] does, for example if the path does not exist or is not a
/// symbolic link.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::fs;
///
/// assert!(fs::read_link("Cargo.toml").await.is_err());
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
pub async fn read_link(path: impl AsRef<Path>) -> io::Result<PathBuf> {
    let path = path.as_ref().to_owned();
    asyncify(move || std::fs::read_link(path)).await
}

/// Creates a symbolic link.
///
/// Equivalent to `tokio::fs::symlink`.
///
/// Unix only.
///
/// # Errors
///
/// Fails as [`std::os::unix::fs::symlink`] does.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::fs;
///
/// let path = std::env::temp_dir().join(format!("portable-symlink-{}", std::process::id()));
/// fs::symlink("Cargo.toml", &path).await?;
/// assert_eq!(fs::read_link(&path).await?.to_str(), Some("Cargo.toml"));
/// fs::remove_file(&path).await?;
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
#[cfg(unix)]
pub async fn symlink(original: impl AsRef<Path>, link: impl AsRef<Path>) -> io::Result<()> {
    let original = original.as_ref().to_owned();
    let link = link.as_ref().to_owned();
    asyncify(move || std::os::unix::fs::symlink(original, link)).await
}

/// Creates a symbolic link to a directory.
///
/// Equivalent to `tokio::fs::symlink_dir`.
///
/// Windows only.
///
/// # Errors
///
/// Fails as [`std::os::windows::fs::symlink_dir`] does.
#[cfg(windows)]
pub async fn symlink_dir(original: impl AsRef<Path>, link: impl AsRef<Path>) -> io::Result<()> {
    let original = original.as_ref().to_owned();
    let link = link.as_ref().to_owned();
    asyncify(move || std::os::windows::fs::symlink_dir(original, link)).await
}

/// Creates a symbolic link to a file.
///
/// Equivalent to `tokio::fs::symlink_file`.
///
/// Windows only.
///
/// # Errors
///
/// Fails as [`std::os::windows::fs::symlink_file`] does.
#[cfg(windows)]
pub async fn symlink_file(original: impl AsRef<Path>, link: impl AsRef<Path>) -> io::Result<()> {
    let original = original.as_ref().to_owned();
    let link = link.as_ref().to_owned();
    asyncify(move || std::os::windows::fs::symlink_file(original, link)).await
}
