use core::fmt;

/// The error of a full [`Pool`](crate::task::Pool): as many of its tasks run as it has places.
///
/// `try_spawn` returns it. Awaiting a [`JoinHandle`](crate::task::JoinHandle) returns it as a
/// [`JoinError`](crate::task::JoinError) whose [`is_full`](crate::task::JoinError::is_full) is
/// `true`.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// use portable::task::{Pool, PoolFull};
///
/// static POOL: Pool<64, 4> = Pool::new();
///
/// # #[allow(dead_code)]
/// fn start() -> Result<(), PoolFull> {
///     POOL.try_spawn(async {})?;
///     Ok(())
/// }
/// ```
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct PoolFull {
    /// The name of the function, for the pool of a `#[portable::task]`.
    name: Option<&'static str>,
    count: usize,
}

impl PoolFull {
    pub(crate) const fn new(name: Option<&'static str>, count: usize) -> Self {
        Self { name, count }
    }
}

impl fmt::Display for PoolFull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("portable: the ")?;
        match self.name {
            Some(name) => write!(f, "pool of `{name}`")?,
            None => f.write_str("task pool")?,
        }
        let (tasks, are) = if self.count == 1 {
            ("task", "is")
        } else {
            ("tasks", "are")
        };
        write!(f, " is full: {} {tasks} {are} running (raise ", self.count)?;
        f.write_str(match self.name {
            Some(_) => "`pool_size`)",
            None => "its count)",
        })
    }
}

impl fmt::Debug for PoolFull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PoolFull")
            .field("name", &self.name)
            .field("count", &self.count)
            .finish()
    }
}

impl core::error::Error for PoolFull {}
