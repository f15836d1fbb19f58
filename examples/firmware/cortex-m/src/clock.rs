//! The time driver: SysTick counts milliseconds, and after each one wakes the timers that are due.
//!
//! A driver for a real product would set a hardware timer to the next one and let the processor
//! sleep. HALs bring such drivers.

use core::cell::{Cell, RefCell};
use core::task::Waker;

use cortex_m::peripheral::syst::SystClkSource;
use cortex_m_rt::exception;
use critical_section::Mutex;
use embassy_time_driver::{Driver, TICK_HZ};
use embassy_time_queue_utils::Queue;

/// The frequency of the board, which `build.rs` knows.
const CLOCK_HZ: u32 = include!(concat!(env!("OUT_DIR"), "/clock_hz.rs"));

struct SysTickDriver {
    // The counter needs a critical section, because a Cortex-M has no atomic access to 64 bits.
    now: Mutex<Cell<u64>>,
    queue: Mutex<RefCell<Queue>>,
}

embassy_time_driver::time_driver_impl!(static DRIVER: SysTickDriver = SysTickDriver {
    now: Mutex::new(Cell::new(0)),
    queue: Mutex::new(RefCell::new(Queue::new())),
});

impl Driver for SysTickDriver {
    fn now(&self) -> u64 {
        critical_section::with(|cs| self.now.borrow(cs).get())
    }

    fn schedule_wake(&self, at: u64, waker: &Waker) {
        // A timer that is due already is woken at the next tick.
        critical_section::with(|cs| self.queue.borrow_ref_mut(cs).schedule_wake(at, waker));
    }
}

#[exception]
fn SysTick() {
    critical_section::with(|cs| {
        let now = DRIVER.now.borrow(cs);
        now.set(now.get() + 1);
        DRIVER.queue.borrow_ref_mut(cs).next_expiration(now.get());
    });
}

/// Starts the clock.
///
/// # Panics
///
/// Panics if the clock runs already.
pub fn start() {
    let mut systick = cortex_m::Peripherals::take().expect("once").SYST;
    systick.set_clock_source(SystClkSource::Core);
    systick.set_reload(CLOCK_HZ / TICK_HZ as u32 - 1);
    systick.clear_current();
    systick.enable_interrupt();
    systick.enable_counter();
}
