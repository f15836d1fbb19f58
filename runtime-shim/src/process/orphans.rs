//! Children that were dropped while they ran. Their status is collected when they end.

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
    /// The listener for `SIGCHLD`. It exists as long as there are children, if one could be armed.
    armed: Option<Armed>,
}

/// Makes sure that `child` does not stay a zombie.
pub(super) fn adopt(child: Child) {
    with_orphans(|orphans| {
        orphans.children.push(child);
        // Listens before it checks, so that no end between the two is missed.
        orphans.listen();
    });
}

/// Collects the children that have ended, in case no signal comes.
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
    // A child whose status cannot be read has been collected by other code.
    let is_running = |child: &mut Child| matches!(child.try_wait(), Ok(None));
    orphans.children.retain_mut(is_running);
    if orphans.children.is_empty() {
        orphans.armed = None;
    }
}

impl Orphans {
    fn listen(&mut self) {
        if self.armed.is_none() {
            let kinds = [SignalKind::child().as_raw_value()];
            self.armed = arm(&kinds, Takes::All, Arc::new(Reaper)).ok();
        }
    }
}

/// Collects the children that have ended, on the thread for signals.
struct Reaper;

impl Listener for Reaper {
    fn tell(&self, _: Number) {
        sweep();
    }
}
