use std::io;
use std::path::Path;

use crate::fs::File;
use crate::io::blocking::asyncify;

/// How a file is opened.
///
/// Equivalent to `tokio::fs::OpenOptions`.
///
/// Options that this has not are set on one of the standard library, of which this is made by
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
    /// Nothing is asked for.
    #[expect(clippy::new_without_default, reason = "as the standard library's")]
    pub fn new() -> Self {
        Self(std::fs::OpenOptions::new())
    }

    /// Whether it can be read.
    pub fn read(&mut self, read: bool) -> &mut Self {
        self.0.read(read);
        self
    }

    /// Whether it can be written.
    pub fn write(&mut self, write: bool) -> &mut Self {
        self.0.write(write);
        self
    }

    /// Whether each write goes to its end.
    pub fn append(&mut self, append: bool) -> &mut Self {
        self.0.append(append);
        self
    }

    /// Whether what is in it goes.
    pub fn truncate(&mut self, truncate: bool) -> &mut Self {
        self.0.truncate(truncate);
        self
    }

    /// Whether it is made if it is not there.
    pub fn create(&mut self, create: bool) -> &mut Self {
        self.0.create(create);
        self
    }

    /// Whether it is made and must not be there.
    pub fn create_new(&mut self, create_new: bool) -> &mut Self {
        self.0.create_new(create_new);
        self
    }

    /// The permissions of a file that is made, from which the process's mask is taken. Unix only.
    #[cfg(unix)]
    pub fn mode(&mut self, mode: u32) -> &mut Self {
        std::os::unix::fs::OpenOptionsExt::mode(&mut self.0, mode);
        self
    }

    /// Flags of the system's `open`, besides those that say how it is accessed. Unix only.
    #[cfg(unix)]
    pub fn custom_flags(&mut self, flags: i32) -> &mut Self {
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut self.0, flags);
        self
    }

    /// Opens a file.
    ///
    /// # Errors
    ///
    /// As [`std::fs::OpenOptions::open`], and
    /// [`InvalidInput`](std::io::ErrorKind::InvalidInput) for options that contradict each other.
    ///
    /// # Cancel safety
    ///
    /// A file that is opened and not given is closed again; if it is new, it stays.
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
