//! The dump on a signal.

use std::io;
use std::sync::Arc;

use super::report;
use crate::runtime;
use crate::signal::unix::SignalKind;
use crate::signal::{Armed, Listener, Number, Takes, arm};
use crate::stderr;

/// Prints the tasks of this runtime.
struct Prints(runtime::Id);

impl Listener for Prints {
    fn tell(&self, _: Number) {
        let text = report::text("at the signal", self.0);
        let text = text.unwrap_or_else(|| "portable: no task at the signal\n".into());
        // Nobody is there to hear that standard error is closed.
        let _ = stderr::write(text.as_bytes());
    }
}

/// Prints a dump at each signal of this kind, until the returned value is dropped.
pub(super) fn start(kind: SignalKind, runtime: runtime::Id) -> io::Result<Armed> {
    arm(
        &[kind.as_raw_value()],
        Takes::All,
        Arc::new(Prints(runtime)),
    )
}
