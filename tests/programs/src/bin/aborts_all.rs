//! Panics wherever a task can, and ends normally.

use std::future::pending;

use portable::task;

struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("of a destructor");
    }
}

#[portable::main]
async fn main() {
    let in_a_poll = portable::spawn(async { panic!("of a poll") });
    assert!(in_a_poll.await.unwrap_err().is_panic());

    let in_a_destructor = portable::spawn(async {
        let _bomb = Bomb;
        pending::<()>().await;
    });
    task::yield_now().await;
    in_a_destructor.abort();
    // The abort may come before the task's start: only a task that has started holds the bomb.
    assert!(in_a_destructor.await.is_err());

    drop(portable::spawn(async { Bomb }));
    drop(task::spawn_blocking(|| Bomb));
    drop(task::spawn_blocking(|| panic!("of a closure")));
    drop(portable::spawn(async { panic!("of a detached task") }));
    drop(portable::spawn(async {
        let _bomb = Bomb;
        pending::<()>().await;
    }));
    assert_eq!(portable::spawn(async { 7 }).await.unwrap(), 7);
    println!("the end");
}
