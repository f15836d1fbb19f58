//! The executor that tasks are spawned on.

use core::cell::Cell;

use critical_section::Mutex;
use embassy_executor::{SendSpawner, Spawner};

static SPAWNER: Mutex<Cell<Option<SendSpawner>>> = Mutex::new(Cell::new(None));

/// Sets the executor that tasks are spawned on, in a program that starts the executor by hand.
///
/// `#[portable::main]` does this itself. The executor can be set only once, because a place in a
/// pool runs all its tasks on one executor.
///
/// # Panics
///
/// Panics if the executor was set before, or under `#[portable::main]`.
///
/// # Examples
///
// This example is not run, because it is for a microcontroller.
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

/// Sets the executor. `#[portable::main]`, of which a program has only one, does this first.
pub fn enter(spawner: Spawner) {
    critical_section::with(|cs| SPAWNER.borrow(cs).set(Some(spawner.make_send())));
}

/// Returns the executor's spawner.
///
/// # Panics
///
/// Panics if there is no executor yet.
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
