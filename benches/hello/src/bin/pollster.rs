//! Hello on pollster, which has no tasks: a thread stands for one.

use std::future::ready;

fn main() {
    let task = std::thread::spawn(|| pollster::block_on(ready(42)));
    println!("hello {}", task.join().unwrap());
}
