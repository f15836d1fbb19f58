//! The runtime for threads that belong to none.

use std::io;
use std::sync::{OnceLock, PoisonError, RwLock};

use super::{AsyncInstance, AsyncRuntime, Builder, Config};

/// What calls from outside go to: the entry point's runtime, else one of the process.
#[derive(Debug)]
pub(crate) struct Ambient<R: AsyncRuntime> {
    entry: RwLock<Option<R::Handle>>,
    process: OnceLock<R::Instance>,
}

impl<R: AsyncRuntime> Ambient<R> {
    pub(crate) const fn new() -> Self {
        Self {
            entry: RwLock::new(None),
            process: OnceLock::new(),
        }
    }

    /// The entry point's runtime stays the answer after its end: what is spawned then is
    /// cancelled, as during the shutdown.
    pub(crate) fn set_entry(&self, handle: R::Handle) {
        let mut entry = self.entry.write().unwrap_or_else(PoisonError::into_inner);
        let old = entry.replace(handle);
        drop(entry);
        drop(old);
    }

    /// The same while a function runs that is not the program's `main`. Says whether it is so: it
    /// takes the place of no other.
    pub(crate) fn lend_entry(&self, handle: R::Handle) -> bool {
        let mut entry = self.entry.write().unwrap_or_else(PoisonError::into_inner);
        let is_free = entry.is_none();
        if is_free {
            *entry = Some(handle);
        }
        is_free
    }

    pub(crate) fn clear_entry(&self) {
        let mut entry = self.entry.write().unwrap_or_else(PoisonError::into_inner);
        let handle = entry.take();
        drop(entry);
        drop(handle);
    }

    pub(crate) fn handle(&'static self) -> R::Handle {
        let entry = self.entry.read().unwrap_or_else(PoisonError::into_inner);
        match &*entry {
            Some(handle) => handle.clone(),
            None => {
                drop(entry);
                let mut is_new = false;
                let instance = self.process.get_or_init(|| {
                    is_new = true;
                    start::<R>()
                });
                if is_new {
                    R::default()
                        .keep_going(instance)
                        .unwrap_or_else(|error| cannot_start(&error));
                }
                instance.handle()
            }
        }
    }
}

fn start<R: AsyncRuntime>() -> R::Instance {
    Config::check(&Builder::new_multi_thread())
        .and_then(|config| R::default().build(&config))
        .unwrap_or_else(|error| cannot_start(&error))
}

fn cannot_start(error: &io::Error) -> ! {
    panic!("portable: cannot start the runtime of the process: {error}")
}
