//! What a runtime that was asked for a watchdog or a dump on a signal holds.

use std::io;
use std::time::Duration;

use super::dump::Task;
use super::report;
use super::watchdog::Watchdog;
use crate::runtime;
#[cfg(all(unix, feature = "signal"))]
use crate::signal::{Armed, unix::SignalKind};
use crate::stderr;

/// What a builder was asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    /// The limit of the watchdog.
    pub(crate) watchdog: Option<Duration>,
    #[cfg(all(unix, feature = "signal"))]
    pub(crate) dump_on: Option<SignalKind>,
}

/// What a runtime has of it, until its end.
#[derive(Debug)]
pub(crate) struct Attached {
    _watchdog: Option<Watchdog>,
    #[cfg(all(unix, feature = "signal"))]
    _dump_on: Option<Armed>,
}

impl Wanted {
    pub(crate) fn start(&self, runtime: runtime::Id) -> io::Result<Attached> {
        let watchdog = |limit| Watchdog::start(runtime, limit, tell);
        Ok(Attached {
            _watchdog: self.watchdog.map(watchdog).transpose()?,
            #[cfg(all(unix, feature = "signal"))]
            _dump_on: self
                .dump_on
                .map(|kind| super::on_signal::start(kind, runtime))
                .transpose()?,
        })
    }
}

/// Tells standard error of a task that is stuck.
fn tell(task: &Task) {
    // Nobody is there to hear that standard error is closed.
    let _ = stderr::write(report::stuck(task).as_bytes());
}
