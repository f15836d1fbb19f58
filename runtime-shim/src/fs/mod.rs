//! Files, on every runtime.
//!
//! Names, arguments and results are those of `tokio::fs`. Each call runs on a thread of
//! [`spawn_blocking`](crate::task::spawn_blocking), so it works anywhere, even on a plain thread
//! inside [`block_on`](crate::runtime::block_on). Calls return the operating system's errors, with
//! their kind and code. If the runtime has ended or the operating system refuses the thread, the
//! call cannot run and returns an error that says so.
//!
//! One thing differs from `tokio::fs`: **when a write returns, the operating system has its
//! bytes**, and each write returns its own error. A [`File`] needs no `flush` before it is dropped,
//! before `main` returns or before `process::exit`.
//!
//! Dropping a future of this module does not stop the call that it has started. The call of a
//! function is then either done completely or not at all. [`File`] describes what this means for
//! its methods.
//!
//! # Examples
//!
//! ```
//! # extern crate portable_runtime_shim as portable;
//! # #[cfg(feature = "_runtime")]
//! # portable::runtime::block_on(async {
//! use portable::fs;
//!
//! let path = std::env::temp_dir().join(format!("portable-fs-{}", std::process::id()));
//! fs::write(&path, "to be").await?;
//! assert_eq!(fs::read_to_string(&path).await?, "to be");
//! fs::remove_file(&path).await?;
//! # Ok::<(), std::io::Error>(())
//! # }).unwrap();
//! ```

mod dir;
mod dir_builder;
mod file;
mod file_times;
mod links;
mod open_options;
mod paths;
mod read_dir;
mod whole;

pub use self::dir::{create_dir, create_dir_all, remove_dir, remove_dir_all};
pub use self::dir_builder::DirBuilder;
pub use self::file::File;
pub use self::file_times::FileTimes;
#[cfg(unix)]
pub use self::links::symlink;
pub use self::links::{hard_link, read_link};
#[cfg(windows)]
pub use self::links::{symlink_dir, symlink_file};
pub use self::open_options::OpenOptions;
pub use self::paths::{
    canonicalize, metadata, remove_file, rename, set_permissions, symlink_metadata, try_exists,
};
pub use self::read_dir::{DirEntry, ReadDir, read_dir};
pub use self::whole::{copy, read, read_to_string, write};
