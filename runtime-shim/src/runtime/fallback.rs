//! The runtime for threads that belong to no runtime.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError, RwLock};

use super::{AsyncInstance, Backend, Builder, Config, fork, refused};

/// The runtime that calls from outside any runtime go to: the entry point's, otherwise one of the
/// process.
#[derive(Debug)]
pub(crate) struct FallbackRuntime<R: Backend> {
    entry: RwLock<Option<R::Handle>>,
    process: OnceLock<R::Instance>,
    /// Whether the runtime of the process runs in the background.
    keeps_going: AtomicBool,
    starting: Mutex<()>,
}

impl<R: Backend> FallbackRuntime<R> {
    pub(crate) const fn new() -> Self {
        Self {
            entry: RwLock::new(None),
            process: OnceLock::new(),
            keeps_going: AtomicBool::new(false),
            starting: Mutex::new(()),
        }
    }

    /// Makes the entry point's runtime the fallback. It stays the fallback after its end: tasks
    /// spawned then are cancelled, as during its shutdown.
    pub(crate) fn set_entry(&self, handle: R::Handle) {
        let mut entry = self.entry.write().unwrap_or_else(PoisonError::into_inner);
        let old = entry.replace(handle);
        drop(entry);
        drop(old);
    }

    /// Makes `handle` the fallback while a function other than the program's `main` runs, if there
    /// is no fallback yet. Returns whether it did.
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

    /// Returns the fallback that an entry point has set.
    #[cfg(feature = "custom")]
    pub(crate) fn entry(&self) -> Option<R::Handle> {
        let entry = self.entry.read().unwrap_or_else(PoisonError::into_inner);
        entry.clone()
    }

    pub(crate) fn handle(&'static self) -> R::Handle {
        fork::assert();
        let entry = self.entry.read().unwrap_or_else(PoisonError::into_inner);
        match &*entry {
            Some(handle) => handle.clone(),
            None => {
                drop(entry);
                let instance = self.process.get_or_init(start::<R>);
                if !self.keeps_going.load(Ordering::Acquire) {
                    self.keep_going(instance);
                }
                instance.handle()
            }
        }
    }

    /// Runs the runtime in the background. If the operating system refuses this, it panics, and the
    /// next call tries again.
    #[cold]
    fn keep_going(&self, instance: &'static R::Instance) {
        let starting = self.starting.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.keeps_going.load(Ordering::Acquire) {
            let kept = R::default().run_in_background(instance);
            self.keeps_going.store(kept.is_ok(), Ordering::Release);
            drop(starting);
            kept.unwrap_or_else(|error| cannot_start(&error));
        }
    }
}

fn start<R: Backend>() -> R::Instance {
    Config::check(&Builder::new_multi_thread())
        .and_then(|config| R::default().build(&config))
        .unwrap_or_else(|error| cannot_start(&error))
}

fn cannot_start(error: &io::Error) -> ! {
    let text = error.to_string();
    let text = text.strip_prefix("portable: ").unwrap_or(&text);
    let error = io::Error::new(error.kind(), text);
    refused::end_call("cannot start the runtime of the process", &error)
}
