use std::io;
use std::path::Path;

use crate::io::blocking::asyncify;

/// A builder for directories.
///
/// Equivalent to `tokio::fs::DirBuilder`.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::fs::{self, DirBuilder};
///
/// let path = std::env::temp_dir().join(format!("portable-dir-builder-{}", std::process::id()));
/// DirBuilder::new().recursive(true).create(path.join("a/b")).await?;
/// fs::remove_dir_all(&path).await?;
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
#[derive(Debug, Default)]
pub struct DirBuilder {
    is_recursive: bool,
    #[cfg(unix)]
    mode: Option<u32>,
}

impl DirBuilder {
    /// Creates a builder for one directory with the default permissions.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets whether missing parents are created too. An existing directory is then not an error.
    pub fn recursive(&mut self, recursive: bool) -> &mut Self {
        self.is_recursive = recursive;
        self
    }

    /// Sets the permissions of the directory, before the process's umask is applied. Unix only.
    #[cfg(unix)]
    pub fn mode(&mut self, mode: u32) -> &mut Self {
        self.mode = Some(mode);
        self
    }

    /// Creates the directory.
    ///
    /// # Errors
    ///
    /// Fails as [`std::fs::DirBuilder::create`] does.
    pub async fn create(&self, path: impl AsRef<Path>) -> io::Result<()> {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(self.is_recursive);
        #[cfg(unix)]
        if let Some(mode) = self.mode {
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, mode);
        }
        let path = path.as_ref().to_owned();
        asyncify(move || builder.create(path)).await
    }
}
