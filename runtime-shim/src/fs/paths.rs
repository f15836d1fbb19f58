//! Operations on paths: metadata, renaming and removing.

use std::fs::{Metadata, Permissions};
use std::io;
use std::path::{Path, PathBuf};

use crate::io::blocking::asyncify;

/// Returns the metadata of a file.
///
/// Equivalent to `tokio::fs::metadata`.
///
/// Symbolic links are followed.
///
/// # Errors
///
/// Fails as [`std::fs::metadata`] does, for example if the file does not exist or its directory may
/// not be read.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::fs;
///
/// assert!(fs::metadata("Cargo.toml").await?.is_file());
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
pub async fn metadata(path: impl AsRef<Path>) -> io::Result<Metadata> {
    let path = path.as_ref().to_owned();
    asyncify(move || std::fs::metadata(path)).await
}

/// Returns the metadata of a file without following a symbolic link.
///
/// Equivalent to `tokio::fs::symlink_metadata`.
///
/// # Errors
///
/// Fails as [`std::fs::symlink_metadata`] does.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::fs;
///
/// assert!(!fs::symlink_metadata("Cargo.toml").await?.is_symlink());
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
pub async fn symlink_metadata(path: impl AsRef<Path>) -> io::Result<Metadata> {
    let path = path.as_ref().to_owned();
    asyncify(move || std::fs::symlink_metadata(path)).await
}

/// Returns whether the path exists.
///
/// Equivalent to `tokio::fs::try_exists`.
///
/// # Errors
///
/// Fails as [`std::fs::exists`] does, if it cannot find out.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::fs;
///
/// assert!(fs::try_exists("Cargo.toml").await?);
/// assert!(!fs::try_exists("Cargo.butter").await?);
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
pub async fn try_exists(path: impl AsRef<Path>) -> io::Result<bool> {
    let path = path.as_ref().to_owned();
    asyncify(move || std::fs::exists(path)).await
}

/// Returns the absolute path of a file, without symbolic links.
///
/// Equivalent to `tokio::fs::canonicalize`.
///
/// # Errors
///
/// Fails as [`std::fs::canonicalize`] does, for example if the path does not exist.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::fs;
///
/// assert!(fs::canonicalize("src/../Cargo.toml").await?.is_absolute());
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
pub async fn canonicalize(path: impl AsRef<Path>) -> io::Result<PathBuf> {
    let path = path.as_ref().to_owned();
    asyncify(move || std::fs::canonicalize(path)).await
}

/// Renames a file, and replaces a file that already has the new name.
///
/// Equivalent to `tokio::fs::rename`.
///
/// # Errors
///
/// Fails as [`std::fs::rename`] does, for example if the names are on two file systems.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::fs;
///
/// let path = std::env::temp_dir().join(format!("portable-rename-{}", std::process::id()));
/// let other = path.with_extension("other");
/// fs::write(&path, "to be").await?;
/// fs::rename(&path, &other).await?;
/// assert_eq!(fs::read(&other).await?, b"to be");
/// fs::remove_file(&other).await?;
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
pub async fn rename(from: impl AsRef<Path>, to: impl AsRef<Path>) -> io::Result<()> {
    let from = from.as_ref().to_owned();
    let to = to.as_ref().to_owned();
    asyncify(move || std::fs::rename(from, to)).await
}

/// Removes a file.
///
/// Equivalent to `tokio::fs::remove_file`.
///
/// # Errors
///
/// Fails as [`std::fs::remove_file`] does, for example if the path does not exist or is a
/// directory.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::fs;
///
/// let path = std::env::temp_dir().join(format!("portable-remove-file-{}", std::process::id()));
/// fs::write(&path, "").await?;
/// fs::remove_file(&path).await?;
/// assert!(!fs::try_exists(&path).await?);
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
pub async fn remove_file(path: impl AsRef<Path>) -> io::Result<()> {
    let path = path.as_ref().to_owned();
    asyncify(move || std::fs::remove_file(path)).await
}

/// Sets the permissions of a file.
///
/// Equivalent to `tokio::fs::set_permissions`.
///
/// # Errors
///
/// Fails as [`std::fs::set_permissions`] does.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::fs;
///
/// let path = std::env::temp_dir().join(format!("portable-permissions-{}", std::process::id()));
/// fs::write(&path, "").await?;
/// let permissions = fs::metadata(&path).await?.permissions();
/// fs::set_permissions(&path, permissions).await?;
/// fs::remove_file(&path).await?;
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
pub async fn set_permissions(path: impl AsRef<Path>, perm: Permissions) -> io::Result<()> {
    let path = path.as_ref().to_owned();
    asyncify(move || std::fs::set_permissions(path, perm)).await
}
