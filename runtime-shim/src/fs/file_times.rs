use std::time::SystemTime;

/// The times that [`File::set_times`](super::File::set_times) sets.
///
/// Equivalent to `tokio::fs::FileTimes`.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use std::time::{Duration, SystemTime};
///
/// use portable::fs::{self, File, FileTimes};
///
/// let path = std::env::temp_dir().join(format!("portable-times-{}", std::process::id()));
/// let file = File::create_new(&path).await?;
/// let then = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
/// file.set_times(FileTimes::new().set_modified(then)).await?;
/// assert_eq!(file.metadata().await?.modified()?, then);
/// fs::remove_file(&path).await?;
/// # std::io::Result::Ok(())
/// # }).unwrap();
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct FileTimes(std::fs::FileTimes);

impl FileTimes {
    /// Returns times of which none is set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the time of the last access.
    #[must_use]
    pub fn set_accessed(self, t: SystemTime) -> Self {
        Self(self.0.set_accessed(t))
    }

    /// Sets the time of the last modification.
    #[must_use]
    pub fn set_modified(self, t: SystemTime) -> Self {
        Self(self.0.set_modified(t))
    }

    /// Sets the time of the creation.
    #[cfg(any(windows, target_vendor = "apple"))]
    #[cfg_attr(docsrs, doc(cfg(any(windows, target_vendor = "apple"))))]
    #[must_use]
    pub fn set_created(self, t: SystemTime) -> Self {
        #[cfg(target_vendor = "apple")]
        use std::os::darwin::fs::FileTimesExt;
        #[cfg(windows)]
        use std::os::windows::fs::FileTimesExt;

        Self(self.0.set_created(t))
    }
}

impl From<FileTimes> for std::fs::FileTimes {
    fn from(times: FileTimes) -> Self {
        times.0
    }
}
