//! The traits of a pool, which are the same with and without an operating system.

use core::fmt;

use crate::task::Pool;

impl<const SIZE: usize, const COUNT: usize> Default for Pool<SIZE, COUNT> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const SIZE: usize, const COUNT: usize> fmt::Debug for Pool<SIZE, COUNT> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("size", &SIZE)
            .field("count", &COUNT)
            .finish_non_exhaustive()
    }
}
