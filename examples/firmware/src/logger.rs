//! Prints the events of the other tasks, so that none of them waits for a slow console.

use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use embassy_sync::channel::Channel;
use portable::time::Instant;

use crate::board::Console;
use crate::event::{Event, Record};

static RECORDS: Channel<CriticalSectionRawMutex, Record, 8> = Channel::new();

/// Logs an event that was due at `at`.
pub(crate) fn log(start: Instant, at: Instant, event: Event) {
    let at = at.duration_since(start).as_millis() as u32;
    // If the console is too slow, lines are lost and no task waits.
    let _full = RECORDS.try_send(Record { at, event });
}

#[portable::task]
pub(crate) async fn print(console: &'static dyn Console) {
    loop {
        console.print(&RECORDS.receive().await);
    }
}
