//! Prints what the others say, so that none of them waits for a slow console.

use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use embassy_sync::channel::Channel;
use portable::time::Instant;

use crate::board::Console;
use crate::event::{Event, Record};

static RECORDS: Channel<CriticalSectionRawMutex, Record, 8> = Channel::new();

/// Says that something happened that was due at `at`.
pub(crate) fn log(start: Instant, at: Instant, event: Event) {
    let at = at.duration_since(start).as_millis() as u32;
    // A console that is too slow loses lines, and holds nobody up.
    let _full = RECORDS.try_send(Record { at, event });
}

#[portable::task]
pub(crate) async fn print(console: &'static dyn Console) {
    loop {
        console.print(&RECORDS.receive().await);
    }
}
