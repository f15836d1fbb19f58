#![deny(
    warnings,
    missing_docs,
    unsafe_code,
    unused,
    unused_qualifications,
    unreachable_pub,
    rust_2018_idioms,
    let_underscore,
    single_use_lifetimes,
    trivial_casts,
    unused_results,
    clippy::all,
    clippy::pedantic,
    clippy::nursery
)]

//! Every lint that a careful crate turns on stays silent.

use std::fmt::Display;

/// A counter.
#[derive(Debug)]
pub struct Counter {
    count: u32,
}

impl Counter {
    /// Makes one.
    #[must_use]
    #[portable::main]
    pub async fn make() -> Self {
        Self { count: 1 }
    }

    /// Gives the count.
    #[must_use]
    #[portable::main(flavor = "current_thread")]
    pub async fn count(&self) -> u32 {
        self.count
    }

    /// Counts up.
    #[portable::main]
    pub async fn up(&mut self, by: u32) {
        self.count += by;
    }

    /// Parses.
    ///
    /// # Errors
    ///
    /// When the text is not a number.
    #[portable::main]
    pub async fn parse(&mut self, text: &str) -> Result<(), std::num::ParseIntError> {
        self.count = text.parse()?;
        Ok(())
    }
}

#[portable::main]
async fn one_line() -> u8 { 5 }

#[portable::main]
async fn returns() -> Result<u8, std::num::ParseIntError> {
    if "4".parse::<u8>()? == 4 {
        return Ok(5);
    }
    Ok(one())
}

const fn one() -> u8 {
    1
}

#[portable::main]
async fn not_send() -> u8 {
    let number = std::rc::Rc::new(5);
    async {}.await;
    *number
}

#[portable::main]
async fn arguments(text: &str, _unused: u8, (left, right): (u8, u8), show: impl Display) -> String {
    format!("{text}{left}{right}{show}")
}

const fn set_up() {}

#[portable::main(
    worker_threads = 1 + 1,
    thread_name = "worker",
    shutdown_timeout = "5s",
    max_blocking_threads = 2,
    stack_size = 8 << 20,
    init = set_up,
    name = "strict"
)]
async fn main() {
    let id = 5;
    let label = String::from("label");
    let task = portable::spawn_task!(name = "conn-{id}", async {});
    task.await.unwrap();
    let task = portable::spawn_task!(name = "conn", [label] async move { label.len() });
    assert_eq!(task.await.unwrap(), 5);
    let borrowed: &str = &label;
    let task = portable::spawn_task!(name = borrowed, local, async {});
    task.await.unwrap();
    let task = portable::spawn_task!(name = label.clone(), blocking, || 5);
    assert_eq!(task.await.unwrap(), 5);
    portable::spawn_task!(detach, async {});
    portable::spawn_task!(detach, name = label, [id, next = id + 1] async move {
        println!("{id}{next}");
    });
    portable::spawn_task!(async {}).await.unwrap();
    std::thread::spawn(|| {
        let mut counter = Counter::make();
        counter.up(4);
        counter.parse("7").unwrap();
        assert_eq!(counter.count(), 7);
        assert_eq!(one_line() + returns().unwrap() + not_send(), 15);
        assert_eq!(arguments("a", 0, (1, 2), 'd'), "a12d");
    })
    .join()
    .unwrap();
}

#[cfg(test)]
mod tests {
    #[portable::test]
    #[should_panic(expected = "on purpose")]
    async fn panics() {
        portable::task::yield_now().await;
        panic!("on purpose");
    }

    #[portable::test(runtime = "smol", flavor = "multi_thread")]
    async fn returns() -> Result<(), std::num::ParseIntError> {
        portable::task::yield_now().await;
        "4".parse::<u8>().map(drop)
    }

    #[portable::test(flavor = ["multi_thread", "current_thread"])]
    async fn on_both_flavors() -> Result<(), std::num::ParseIntError> {
        portable::task::yield_now().await;
        "4".parse::<u8>().map(drop)
    }

    #[portable::test(timeout = "5s", stack_size = 8 << 20, init = super::set_up)]
    async fn works() -> Result<(), std::num::ParseIntError> {
        "4".parse::<u8>().map(drop)
    }
}
