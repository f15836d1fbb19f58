use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use embassy_sync::channel::Channel;
use embassy_time::Instant;
use firmware_demo::board::Console;
use firmware_demo::event::{Event, Record};

static RECORDS: Channel<CriticalSectionRawMutex, Record, 8> = Channel::new();

pub(crate) fn log(start: Instant, at: Instant, event: Event) {
    let at = at.duration_since(start).as_millis() as u32;
    // If the console is too slow, lines are lost and no task waits.
    let _full = RECORDS.try_send(Record { at, event });
}

#[embassy_executor::task]
pub(crate) async fn print(console: &'static dyn Console) {
    loop {
        console.print(&RECORDS.receive().await);
    }
}
