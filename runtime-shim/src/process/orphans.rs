//! Children that were dropped before their end, and are waited for when it comes.

use std::process::Child;
use std::sync::{Arc, Mutex, PoisonError};

use crate::signal::unix::SignalKind;
use crate::signal::{Armed, Listener, Number, Takes, arm};

static ORPHANS: Mutex<Orphans> = Mutex::new(Orphans {
    children: Vec::new(),
    armed: None,
});

struct Orphans {
    children: Vec<Child>,
    /// There as long as there are children, if it can be had.
    armed: Option<Armed>,
}

/// Sees to it that `child` is no zombie for ever.
pub(super) fn adopt(child: Child) {
    with_orphans(|orphans| {
        orphans.children.push(child);
        // First, so that it hears of a child that ends after the look below.
        orphans.listen();
    });
}

/// Waits for those that have ended, should the signal not tell of it.
pub(super) fn sweep() {
    with_orphans(|orphans| {
        if !orphans.children.is_empty() {
            orphans.listen();
        }
    });
}

fn with_orphans(f: impl FnOnce(&mut Orphans)) {
    let mut orphans = ORPHANS.lock().unwrap_or_else(PoisonError::into_inner);
    f(&mut orphans);
    // One that gives an error is not ours to wait for.
    let is_running = |child: &mut Child| matches!(child.try_wait(), Ok(None));
    orphans.children.retain_mut(is_running);
    if orphans.children.is_empty() {
        orphans.armed = None;
    }
}

impl Orphans {
    fn listen(&mut self) {
        if self.armed.is_none() {
            let kinds = [SignalKind::child()];
            self.armed = arm(&kinds, Takes::All, Arc::new(Reaper)).ok();
        }
    }
}

/// Waits for those that have ended, on the thread that tells of signals.
struct Reaper;

impl Listener for Reaper {
    fn tell(&self, _: Number) {
        sweep();
    }
}
