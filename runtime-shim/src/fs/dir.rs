//! Making and removing directories.

use std::io;
use std::path::Path;

use crate::io::blocking::asyncify;

/// Makes a directory.
///
/// Equivalent to `tokio::fs::create_dir`.
///
/// # Errors
///
/// As [`std::fs::create_dir`]: the directory is there, or its parent is not.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::fs;
///
/// let path = std::env::temp_dir().join(format!("portable-create-dir-{}", std::process::id()));
/// fs::create_dir(&path).await?;
/// assert!(fs::create_dir(&path).await.is_err());
/// fs::remove_dir(&path).await?;
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
pub async fn create_dir(path: impl AsRef<Path>) -> io::Result<()> {
    let path = path.as_ref().to_owned();
    asyncify(move || std::fs::create_dir(path)).await
}

/// Makes a directory and those above it that are missing.
///
/// Equivalent to `tokio::fs::create_dir_all`.
///
/// # Errors
///
/// As [`std::fs::create_dir_all`]. That a directory is there is none.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::fs;
///
/// let path = std::env::temp_dir().join(format!("portable-create-dir-all-{}", std::process::id()));
/// fs::create_dir_all(path.join("a/b")).await?;
/// fs::create_dir_all(path.join("a/b")).await?;
/// fs::remove_dir_all(&path).await?;
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
pub async fn create_dir_all(path: impl AsRef<Path>) -> io::Result<()> {
    let path = path.as_ref().to_owned();
    asyncify(move || std::fs::create_dir_all(path)).await
}

/// Removes a directory that is empty.
///
/// Equivalent to `tokio::fs::remove_dir`.
///
/// # Errors
///
/// As [`std::fs::remove_dir`]: it is not there, or not empty.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::fs;
///
/// let path = std::env::temp_dir().join(format!("portable-remove-dir-{}", std::process::id()));
/// fs::create_dir(&path).await?;
/// fs::remove_dir(&path).await?;
/// assert!(!fs::try_exists(&path).await?);
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
pub async fn remove_dir(path: impl AsRef<Path>) -> io::Result<()> {
    let path = path.as_ref().to_owned();
    asyncify(move || std::fs::remove_dir(path)).await
}

/// Removes a directory and all that is in it.
///
/// Equivalent to `tokio::fs::remove_dir_all`.
///
/// It follows no symbolic link.
///
/// # Errors
///
/// As [`std::fs::remove_dir_all`]. Part of it may be removed then.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::fs;
///
/// let path = std::env::temp_dir().join(format!("portable-remove-dir-all-{}", std::process::id()));
/// fs::create_dir_all(path.join("a/b")).await?;
/// fs::remove_dir_all(&path).await?;
/// assert!(!fs::try_exists(&path).await?);
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
pub async fn remove_dir_all(path: impl AsRef<Path>) -> io::Result<()> {
    let path = path.as_ref().to_owned();
    asyncify(move || std::fs::remove_dir_all(path)).await
}
