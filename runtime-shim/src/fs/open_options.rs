use std::io;
use std::path::Path;

use crate::fs::File;
use crate::io::blocking::asyncify;

/// Options for opening a file.
///
/// Equivalent to `tokio::fs::OpenOptions`.
///
/// For options that this type lacks, set them on [`std::fs::OpenOptions`] and convert with
/// [`From`].
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::fs::{self, OpenOptions};
/// use portable::io::AsyncWriteExt;
///
/// let path = std::env::temp_dir().join(format!("portable-options-{}", std::process::id()));
/// for word in ["to ", "be"] {
///     let mut file = OpenOptions::new().append(true).create(true).open(&path).await?;
///     file.write_all(word.as_bytes()).await?;
/// }
/// assert_eq!(fs::read_to_string(&path).await?, "to be");
/// fs::remove_file(&path).await?;
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct OpenOptions(std::fs::OpenOptions);

impl OpenOptions {
    /// Creates options with nothing set.
    #[expect(clippy::new_without_default, reason = "as the standard library's")]
    pub fn new() -> Self {
        Self(std::fs::OpenOptions::new())
    }

    /// Sets whether the file can be read.
    pub fn read(&mut self, read: bool) -> &mut Self {
        self.0.read(read);
        self
    }

    /// Sets whether the file can be written.
    pub fn write(&mut self, write: bool) -> &mut Self {
        self.0.write(write);
        self
    }

    /// Sets whether each write appends to the end of the file.
    pub fn append(&mut self, append: bool) -> &mut Self {
        self.0.append(append);
        self
    }

    /// Sets whether the contents of an existing file are removed.
    pub fn truncate(&mut self, truncate: bool) -> &mut Self {
        self.0.truncate(truncate);
        self
    }

    /// Sets whether the file is created if it does not exist.
    pub fn create(&mut self, create: bool) -> &mut Self {
        self.0.create(create);
        self
    }

    /// Sets whether the file is created and opening fails if it exists.
    pub fn create_new(&mut self, create_new: bool) -> &mut Self {
        self.0.create_new(create_new);
        self
    }

    /// Sets the permissions of a new file, before the process's umask is applied. Unix only.
    #[cfg(unix)]
    pub fn mode(&mut self, mode: u32) -> &mut Self {
        std::os::unix::fs::OpenOptionsExt::mode(&mut self.0, mode);
        self
    }

    /// Sets further flags of the system's `open`, besides the access mode. Unix only.
    #[cfg(unix)]
    pub fn custom_flags(&mut self, flags: i32) -> &mut Self {
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut self.0, flags);
        self
    }

    /// Opens a file.
    ///
    /// # Errors
    ///
    /// Fails as [`std::fs::OpenOptions::open`] does, and with
    /// [`InvalidInput`](std::io::ErrorKind::InvalidInput) for options that contradict each other.
    ///
    /// # Cancel safety
    ///
    /// A file that was opened but not returned is closed again. If it was created, it stays.
    pub async fn open(&self, path: impl AsRef<Path>) -> io::Result<File> {
        let options = self.0.clone();
        let path = path.as_ref().to_owned();
        Ok(File::from_std(asyncify(move || options.open(path)).await?))
    }
}

impl From<std::fs::OpenOptions> for OpenOptions {
    fn from(options: std::fs::OpenOptions) -> Self {
        Self(options)
    }
}
