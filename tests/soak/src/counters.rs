//! Counts events, and checks that the counts agree.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

/// A count that any thread may raise.
#[derive(Debug, Default)]
pub(crate) struct Count(AtomicU64);

impl Count {
    pub(crate) fn add(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}

macro_rules! counters {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// The counts of one runtime: that of the run, or a short-lived one.
        #[derive(Debug, Default)]
        pub(crate) struct Counters {
            $($(#[$doc])* pub(crate) $name: Count,)*
        }

        impl fmt::Display for Counters {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                $(writeln!(f, "  {:<20} {}", stringify!($name), self.$name.get())?;)*
                Ok(())
            }
        }
    };
}

counters! {
    /// Tasks and closures handed to the runtime.
    spawned,
    /// The closures of `spawn_blocking` among them.
    blocking,
    /// Guards that were dropped; each task owns one.
    dropped,
    /// The ends of the tasks, as their guards saw them.
    finished,
    panicked,
    cancelled,
    /// Handles that gave a result.
    awaited,
    ok,
    err_panicked,
    err_cancelled,
    /// Handles that were dropped before they gave one.
    detached,
    /// Handles and abort handles used to abort.
    aborts,
    outputs_made,
    outputs_dropped,
    payloads_made,
    payloads_dropped,
    /// Runtimes that were built and shut down within this one.
    runtimes,

    // The counts below must stay zero.

    /// A result that differs from the end that the guard saw.
    wrong_result,
    /// A result that was there before the task's future was dropped.
    result_before_drop,
    /// A cancelled task that nobody had aborted.
    cancelled_unasked,
    /// A task that was polled although it had been aborted before its first poll.
    polled_after_abort,
    /// A payload that is not the one thrown.
    wrong_payload,
    /// An id on which the handle, the task and the error do not agree.
    wrong_id,
    /// An id that two tasks have at once.
    id_twice,
    /// A task that gave a result, and that its abort handle does not report as finished.
    not_finished,
    /// A sleep or tick before its time.
    early,
}

impl Counters {
    /// Returns the number of tasks that have not ended.
    pub(crate) fn alive(&self) -> u64 {
        let dropped = self.dropped.get();
        self.spawned.get().saturating_sub(dropped)
    }

    /// Returns the counts that do not agree, after the end of the runtime.
    pub(crate) fn errors(&self) -> Vec<String> {
        let mut errors = Vec::new();
        let mut balance = |what: &str, left: u64, right: u64| {
            if left != right {
                errors.push(format!("{what}: {left} != {right}"));
            }
        };
        macro_rules! equal {
            ($($left:ident)+ = $($right:ident)+) => {
                balance(
                    concat!(
                        concat!($(stringify!($left), " ",)+),
                        "=",
                        $(" ", stringify!($right),)+
                    ),
                    0 $(+ self.$left.get())+,
                    0 $(+ self.$right.get())+,
                )
            };
        }
        equal!(spawned = dropped);
        equal!(dropped = finished panicked cancelled);
        equal!(spawned = awaited detached);
        equal!(awaited = ok err_panicked err_cancelled);
        equal!(outputs_made = outputs_dropped);
        equal!(payloads_made = payloads_dropped);
        macro_rules! never {
            ($($name:ident)*) => {
                $(balance(stringify!($name), self.$name.get(), 0);)*
            };
        }
        never!(
            wrong_result result_before_drop cancelled_unasked polled_after_abort wrong_payload
            wrong_id id_twice not_finished early
        );
        // A result that nobody took is not counted, but no more results can be seen than there are.
        for (what, seen, there_are) in [
            ("ok > finished", &self.ok, &self.finished),
            (
                "err_panicked > panicked",
                &self.err_panicked,
                &self.panicked,
            ),
            (
                "err_cancelled > cancelled",
                &self.err_cancelled,
                &self.cancelled,
            ),
        ] {
            if seen.get() > there_are.get() {
                errors.push(format!("{what}: {} > {}", seen.get(), there_are.get()));
            }
        }
        errors
    }
}
