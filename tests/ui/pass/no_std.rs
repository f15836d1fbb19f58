//! A crate without `std` in its prelude, and without the name.
#![no_std]

extern crate std as stdlib;

use portable::spawn_task;

portable::task_local! {
    static NUMBER: u8;
}

struct S;

impl S {
    #[portable::main(init = || (), shutdown_timeout = "1s")]
    async fn method(self, _: u8) -> Result<u8, core::fmt::Error> {
        Ok(1)
    }
}

#[portable::main(flavor = "current_thread")]
async fn function<T>(value: T) -> T {
    value
}

#[portable::task(pool_size = 2)]
async fn task(n: u8) -> u8 {
    n
}

#[portable::main(spawn = true)]
async fn main() -> Result<(), core::fmt::Error> {
    let id = 5;
    let task_5 = spawn_task!(name = "task-{id}", [id] async move { id });
    assert_eq!(task_5.await.unwrap(), 5);
    let task_6 = spawn_task!(blocking, move || id + 1);
    assert_eq!(task_6.await.unwrap(), 6);
    spawn_task!(detach, async {});
    assert_eq!(task(7).await, 7);
    assert_eq!(NUMBER.scope(8, async { NUMBER.get() }).await, 8);
    let inner = || (S.method(1).unwrap(), function(2), on_a_stack::main());
    let inner = stdlib::thread::spawn(inner).join().unwrap();
    assert_eq!((inner.0, inner.1), (1, 2));
    Ok(())
}

mod on_a_stack {
    #[portable::main(stack_size = 1 << 20)]
    pub async fn main() -> Result<(), core::fmt::Error> {
        Ok(())
    }
}
