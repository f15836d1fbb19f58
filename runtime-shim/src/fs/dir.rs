//! Making and removing directories.

use std::io;
use std::path::Path;

use crate::io::blocking::asyncify;

/// Creates a directory.
///
/// Equivalent to `tokio::fs::create_dir`.
///
/// # Errors
///
/// Fails as [`std::fs::create_dir`] does, for example if the directory exists or its parent does
/// not.
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

/// Creates a directory and every missing directory above it.
///
/// Equivalent to `tokio::fs::create_dir_all`.
///
/// # Errors
///
/// Fails as [`std::fs::create_dir_all`] does. An existing directory is not an error.
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

/// Removes an empty directory.
///
/// Equivalent to `tokio::fs::remove_dir`.
///
/// # Errors
///
/// Fails as [`std::fs::remove_dir`] does, for example if the directory does not exist or is not
/// empty.
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

/// Removes a directory and everything in it.
///
/// Equivalent to `tokio::fs::remove_dir_all`.
///
/// Symbolic links are removed, not followed.
///
/// # Errors
///
/// Fails as [`std::fs::remove_dir_all`] does. A part of the directory may be removed by then.
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
