//! Tests of tasks and time before any executor runs.

use std::panic::{AssertUnwindSafe, catch_unwind};

use bare::blink;
use portable::task::Pool;
use portable::time::Duration;

static POOL: Pool<64, 1> = Pool::new();

const TEXT: &str = "portable: no executor runs yet: spawn tasks in `#[portable::main]`, or call \
                    `portable::runtime::set_spawner` first";

fn panics(spawn: impl FnOnce()) {
    let panic = catch_unwind(AssertUnwindSafe(spawn)).unwrap_err();
    assert_eq!(*panic.downcast::<&str>().unwrap(), TEXT);
}

#[test]
fn spawning_panics_with_one_text_and_gives_the_place_back() {
    for _ in 0..3 {
        panics(|| drop(POOL.spawn(async {})));
        panics(|| drop(POOL.try_spawn(async {}).unwrap()));
        panics(|| drop(portable::spawn(blink(1, Duration::ZERO))));
        panics(|| drop(blink(1, Duration::ZERO).try_spawn().unwrap()));
        #[cfg(feature = "alloc")]
        panics(|| drop(portable::spawn(async {})));
    }
}
