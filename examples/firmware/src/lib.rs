//! A sensor that is read at a fixed rate, a button that bounces, a watchdog over the sensor and a
//! logger: written once, without an operating system or an allocator. The binary of this package
//! runs the application on the desk, on any runtime; `cortex-m/` runs it on a microcontroller.
//!
//! | file | content |
//! |---|---|
//! | `board.rs` | the hardware that the application needs |
//! | `sensor.rs` | the loop that reads the sensor |
//! | `watchdog.rs` | ends that loop and starts it again, when it hangs |
//! | `button.rs` | waits until the contact is quiet, and rings the chime |
//! | `logger.rs` | prints the events of the other tasks |
//! | `event.rs` | the events |
//! | `script.rs`, `simulator.rs` | simulated hardware |

#![no_std]
#![forbid(unsafe_code)]

pub mod board;
mod button;
pub mod event;
mod logger;
pub mod script;
mod sensor;
pub mod simulator;
mod watchdog;

use portable::spawn_task;
use portable::time::Instant;

use self::board::Board;
use self::event::Event;
use self::logger::log;

/// Starts the application. Times in the log count from `start`.
pub fn start(board: &Board, start: Instant) {
    spawn_task!(detach, logger::print(board.console));
    log(start, start, Event::Started);
    spawn_task!(detach, watchdog::watch(board.sensor, start));
    spawn_task!(detach, button::ring(start));
}
