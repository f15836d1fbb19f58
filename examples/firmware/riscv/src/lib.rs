//! The board, which is QEMU's machine `virt`: its clock, its console, and how a program on it ends.

#![no_std]

mod clock;

use core::fmt::{self, Write};
use core::panic::PanicInfo;

use firmware_demo::board::{Board, Console};
use firmware_demo::event::Record;
use firmware_demo::script::Thermometer;

pub use self::clock::start as start_clock;

/// The register of the serial port that takes a byte.
const SERIAL: *mut u8 = 0x1000_0000 as *mut u8;

/// The register that ends the emulator.
const END: *mut u32 = 0x10_0000 as *mut u32;

struct Serial;

impl Write for Serial {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            // SAFETY: the register is there, and the emulator takes each byte at once.
            unsafe { SERIAL.write_volatile(byte) };
        }
        Ok(())
    }
}

impl Console for Serial {
    fn print(&self, record: &Record) {
        // It never fails.
        let _ = writeln!(Serial, "{record}");
    }
}

static THERMOMETER: Thermometer = Thermometer::new();

/// The board.
pub static BOARD: Board = Board {
    sensor: &THERMOMETER,
    console: &Serial,
};

/// Makes the emulator exit with 0.
pub fn exit() -> ! {
    end(0x5555)
}

/// A panic is printed, and the emulator exits with 1.
#[panic_handler]
fn panic(panic: &PanicInfo<'_>) -> ! {
    let _ = writeln!(Serial, "{panic}");
    end(1 << 16 | 0x3333)
}

fn end(how: u32) -> ! {
    // SAFETY: the register is there.
    unsafe { END.write_volatile(how) };
    loop {
        riscv::asm::wfi();
    }
}
