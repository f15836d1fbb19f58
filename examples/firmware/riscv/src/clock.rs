//! The time driver: the machine timer counts milliseconds, and after each one wakes the timers that are
//! due.
//!
//! A driver for a real product would set the timer to the next one and let the processor sleep. HALs
//! bring such drivers.

use core::cell::{Cell, RefCell};
use core::task::Waker;

use critical_section::Mutex;
use embassy_time_driver::{Driver, TICK_HZ};
use embassy_time_queue_utils::Queue;
use riscv::interrupt::Interrupt;
use riscv::register::{mie, mstatus};

const CLOCK_HZ: u32 = 10_000_000;

/// The two halves of the register whose value is compared with the clock's.
const COMPARE: [*mut u32; 2] = [0x200_4000 as *mut u32, 0x200_4004 as *mut u32];

struct MachineTimer {
    // The counter needs a critical section, because the processor has no atomic access to 64 bits.
    now: Mutex<Cell<u64>>,
    queue: Mutex<RefCell<Queue>>,
}

embassy_time_driver::time_driver_impl!(static DRIVER: MachineTimer = MachineTimer {
    now: Mutex::new(Cell::new(0)),
    queue: Mutex::new(RefCell::new(Queue::new())),
});

impl Driver for MachineTimer {
    fn now(&self) -> u64 {
        critical_section::with(|cs| self.now.borrow(cs).get())
    }

    fn schedule_wake(&self, at: u64, waker: &Waker) {
        // A timer that is due already is woken at the next tick.
        critical_section::with(|cs| self.queue.borrow_ref_mut(cs).schedule_wake(at, waker));
    }
}

#[riscv_rt::core_interrupt(Interrupt::MachineTimer)]
fn tick() {
    critical_section::with(|cs| {
        let now = DRIVER.now.borrow(cs);
        now.set(now.get() + 1);
        interrupt_at(now.get() + 1);
        DRIVER.queue.borrow_ref_mut(cs).next_expiration(now.get());
    });
}

/// Sets the time of the next interrupt, in ticks since the start of the machine.
fn interrupt_at(tick: u64) {
    let at = tick * u64::from(CLOCK_HZ) / TICK_HZ;
    // SAFETY: the registers are there. In between they hold a time that is far away.
    unsafe {
        COMPARE[1].write_volatile(u32::MAX);
        COMPARE[0].write_volatile(at as u32);
        COMPARE[1].write_volatile((at >> 32) as u32);
    }
}

/// Starts the clock.
pub fn start() {
    interrupt_at(1);
    // SAFETY: no critical section is open, and the handler is the one above.
    unsafe {
        mie::set_mtimer();
        mstatus::set_mie();
    }
}
