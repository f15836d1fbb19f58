//! loom's primitives under the names of std's, with replacements for those that loom lacks.

mod queue;
pub(crate) mod thread;

use std::ops::Deref;

use loom::sync::atomic::Ordering;

pub(crate) use loom::sync::{Mutex, MutexGuard, RwLock, RwLockReadGuard};

pub(crate) use self::queue::ConcurrentQueue;

pub(crate) mod atomic {
    pub(crate) use super::{AtomicBool, AtomicU32};
    pub(crate) use loom::sync::atomic::{Ordering, fence};
}

/// An atomic whose first value counts as stored with `SeqCst`.
///
/// In loom, a load with `SeqCst` may pass over a store with `SeqCst` and read an older value that
/// was stored otherwise, as if the first value were not stored before everything else.
macro_rules! atomic {
    ($name:ident, $value:ty) => {
        #[derive(Debug)]
        pub(crate) struct $name(loom::sync::atomic::$name);

        impl $name {
            pub(crate) fn new(value: $value) -> Self {
                let atomic = loom::sync::atomic::$name::new(value);
                atomic.store(value, Ordering::SeqCst);
                Self(atomic)
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new(<$value>::default())
            }
        }

        impl Deref for $name {
            type Target = loom::sync::atomic::$name;

            fn deref(&self) -> &Self::Target {
                &self.0
            }
        }
    };
}

atomic!(AtomicBool, bool);
atomic!(AtomicU32, u32);

/// Promises as much as std's: a thread that sees the value sees what came before it, and no more.
#[derive(Debug)]
pub(crate) struct OnceLock<T> {
    is_set: loom::sync::atomic::AtomicBool,
    setting: Mutex<()>,
    value: std::sync::OnceLock<T>,
}

impl<T> OnceLock<T> {
    pub(crate) fn new() -> Self {
        Self {
            is_set: loom::sync::atomic::AtomicBool::new(false),
            setting: Mutex::new(()),
            value: std::sync::OnceLock::new(),
        }
    }

    pub(crate) fn get(&self) -> Option<&T> {
        if self.is_set.load(Ordering::Acquire) {
            self.value.get()
        } else {
            None
        }
    }

    pub(crate) fn get_or_init(&self, f: impl FnOnce() -> T) -> &T {
        if let Some(value) = self.get() {
            return value;
        }
        let _setting = self.setting.lock();
        if self.value.get().is_none() {
            let value = f();
            self.value.get_or_init(|| value);
            self.is_set.store(true, Ordering::Release);
        }
        self.value.get().expect("it was set")
    }
}

/// Declares thread-locals. loom's macro takes no `const` block.
macro_rules! const_thread_local {
    ($($(#[$attribute:meta])* static $name:ident: $type:ty = const { $value:expr };)*) => {
        loom::thread_local! {
            $($(#[$attribute])* static $name: $type = $value;)*
        }
    };
}

pub(crate) use const_thread_local as thread_local;
