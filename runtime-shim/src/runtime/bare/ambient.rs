//! The executor that tasks are spawned on.

use core::cell::Cell;

use critical_section::Mutex;
use embassy_executor::{SendSpawner, Spawner};

static SPAWNER: Mutex<Cell<Option<SendSpawner>>> = Mutex::new(Cell::new(None));

/// Says which executor tasks are spawned on, where the program starts one by hand.
///
/// Under `#[portable::main]` that is done. It is done once: a place that held one task takes the next
/// on the same executor.
///
/// # Panics
///
/// If it was done before, or under `#[portable::main]`.
///
/// # Examples
///
// Not run: it is for a microcontroller.
/// ```ignore
/// #[cortex_m_rt::entry]
/// fn main() -> ! {
///     static EXECUTOR: StaticCell<embassy_executor::Executor> = StaticCell::new();
///
///     EXECUTOR.init(embassy_executor::Executor::new()).run(|spawner| {
///         portable::runtime::set_spawner(spawner.make_send());
///         portable::spawn(blink());
///     })
/// }
/// ```
#[track_caller]
pub fn set_spawner(spawner: SendSpawner) {
    let before = critical_section::with(|cs| SPAWNER.borrow(cs).replace(Some(spawner)));
    assert!(
        before.is_none(),
        "portable: the executor is chosen already, by `#[portable::main]` or by `set_spawner`"
    );
}

/// What `#[portable::main]` does first, of which there is one.
pub fn enter(spawner: Spawner) {
    critical_section::with(|cs| SPAWNER.borrow(cs).set(Some(spawner.make_send())));
}

/// The executor's spawner.
///
/// # Panics
///
/// If there is none yet.
#[track_caller]
pub(super) fn spawner() -> SendSpawner {
    match critical_section::with(|cs| SPAWNER.borrow(cs).get()) {
        Some(spawner) => spawner,
        None => panic!(
            "portable: no executor runs yet: spawn tasks in `#[portable::main]`, or call \
             `portable::runtime::set_spawner` first"
        ),
    }
}
