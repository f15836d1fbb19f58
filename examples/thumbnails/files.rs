//! The files of the example. With the feature `fs` these are functions of `portable::fs`, and without
//! it they run those of the standard library on threads for blocking closures, as `portable::fs` does.

use std::io;
use std::path::{Path, PathBuf};

#[cfg(feature = "fs")]
use portable::fs::canonicalize;
#[cfg(feature = "fs")]
pub(super) use portable::fs::{create_dir_all, read, write};

#[cfg(not(feature = "fs"))]
pub(super) use self::by_closures::{create_dir_all, read, write};

/// Returns the pictures in a folder, in the order of their names.
pub(super) async fn list(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = entries(folder).await?;
    paths.retain(|path| {
        let end = path.extension().unwrap_or_default();
        end.eq_ignore_ascii_case("jpg") || end.eq_ignore_ascii_case("jpeg")
    });
    paths.sort();
    Ok(paths)
}

/// Returns whether two paths lead to the same folder.
pub(super) async fn are_same(one: &Path, other: &Path) -> io::Result<bool> {
    Ok(canonicalize(one).await? == canonicalize(other).await?)
}

#[cfg(feature = "fs")]
async fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut entries = portable::fs::read_dir(folder).await?;
    let mut paths = Vec::new();
    while let Some(entry) = entries.next_entry().await? {
        paths.push(entry.path());
    }
    Ok(paths)
}

#[cfg(not(feature = "fs"))]
use self::by_closures::{canonicalize, entries};

#[cfg(not(feature = "fs"))]
mod by_closures {
    use std::fs;
    use std::io;
    use std::path::{Path, PathBuf};

    use portable::task::spawn_blocking;

    pub(crate) async fn create_dir_all(path: &Path) -> io::Result<()> {
        let path = path.to_path_buf();
        spawn_blocking(|| fs::create_dir_all(path)).await?
    }

    pub(crate) async fn read(path: &Path) -> io::Result<Vec<u8>> {
        let path = path.to_path_buf();
        spawn_blocking(|| fs::read(path)).await?
    }

    pub(crate) async fn write(path: &Path, bytes: Vec<u8>) -> io::Result<()> {
        let path = path.to_path_buf();
        spawn_blocking(|| fs::write(path, bytes)).await?
    }

    pub(super) async fn canonicalize(path: &Path) -> io::Result<PathBuf> {
        let path = path.to_path_buf();
        spawn_blocking(|| fs::canonicalize(path)).await?
    }

    pub(super) async fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
        let folder = folder.to_path_buf();
        let list = || {
            fs::read_dir(folder)?
                .map(|entry| Ok(entry?.path()))
                .collect()
        };
        spawn_blocking(list).await?
    }
}
