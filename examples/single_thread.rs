//! Everything on the main thread: tasks share an `Rc` and keep it across an await.
//!
//! `cargo run --features smol --example single_thread`

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::thread;

use portable::task;

#[portable::main(flavor = "current_thread")]
async fn main() {
    let counts = Rc::new(RefCell::new(BTreeMap::new()));

    let tasks: Vec<_> = ["apples", "pears", "plums"]
        .into_iter()
        .enumerate()
        .map(|(index, fruit)| task::spawn_local(pick(fruit, index + 1, counts.clone())))
        .collect();
    for task in tasks {
        task.await.expect("the task does not panic");
    }

    for (fruit, count) in counts.borrow().iter() {
        println!("{fruit}: {count}");
    }
    println!("references left: {}", Rc::strong_count(&counts));
    println!("thread: {:?}", thread::current().name());
    eprintln!("this was {}", portable::runtime::current());
}

/// Picks fruit in turns with the other tasks. An `Rc` is not `Send`, so `spawn` would not compile.
async fn pick(fruit: &'static str, count: usize, counts: Rc<RefCell<BTreeMap<&str, usize>>>) {
    for _ in 0..count {
        *counts.borrow_mut().entry(fruit).or_default() += 1;
        task::yield_now().await;
    }
}
