#![allow(dead_code, non_camel_case_types, unused_imports, unused_macros)]

struct Future;
struct Box;
struct Builder;
struct Duration;
struct Output;
struct Result;
struct String;
struct Clone;
struct FnOnce;
struct usize;
enum Option {
    Ok,
    Err,
    Some,
    None,
}
use Option::*;

fn drop() {}
fn spawn() {}
fn __output() {}

macro_rules! format {
    () => {};
}
macro_rules! compile_error {
    () => {};
}
macro_rules! entry {
    () => {};
}

#[portable::main(worker_threads = 1, shutdown_timeout = "5s")]
async fn main() {
    let id = 5;
    let task = portable::spawn_task!(name = "task-{id}", [id] async move { id });
    let _ = task.await;
    portable::spawn_task!(detach, async {});
}

#[portable::main]
async fn option(future: Future, ok: Option) -> (Future, Option) {
    (future, ok)
}

struct Point(u8);

impl Point {
    #[portable::main]
    async fn get(&self) -> u8 {
        self.0
    }
}

#[portable::test]
async fn works() {}

#[portable::test(timeout = "5s", stack_size = 1024, init = || ())]
async fn all_around() -> ::std::result::Result<(), ::std::fmt::Error> {
    ::std::result::Result::Ok(())
}
