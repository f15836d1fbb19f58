//! Every type that may stand after `as` in the value of an argument.

use std::time::Duration;

use portable::spawn_task;

trait Tr {
    type Item;
}

impl Tr for u8 {
    type Item = usize;
}

type Id<T> = T;

macro_rules! size {
    () => {
        usize
    };
}

static BYTE: u8 = 1;
static BYTES: [u8; 2] = [1, 2];

fn two(_: u8, _: u8) -> usize {
    2
}

extern "C" fn foreign() {}

fn set_up() {}

#[portable::main(worker_threads = two as fn(u8, u8) -> usize as usize & 1 | 1)]
async fn function() {}

#[portable::main(worker_threads = (foreign as unsafe extern "C" fn() as usize & 1) + 1, name = "a" as &'static str)]
async fn foreign_function() {}

#[portable::main(
    worker_threads = &BYTE as &'static u8 as *const u8 as *mut u8 as usize & 1 | 1,
    thread_name = "a" as &str,
)]
async fn pointers() {}

#[portable::main(init = &set_up as &dyn Fn(), flavor = "current_thread")]
async fn object() {}

#[portable::main(init = &set_up as &(dyn Fn() + Send), flavor = "current_thread")]
async fn object_with_bounds() {}

#[portable::main(init = Box::new(set_up) as Box<dyn FnOnce() + Send + 'static>, flavor = "local")]
async fn boxed() {}

#[portable::main(max_blocking_threads = 4_u8 as <u8 as Tr>::Item, worker_threads = 1_u8 as size!{})]
async fn associated() {}

#[portable::main(
    worker_threads = 1_u8 as Id<Id<usize>>,
    max_blocking_threads = 1_u8 as Id<<u8 as Tr>::Item> + 1,
    thread_stack_size = (1_u32 as ::core::primitive::usize) << 20,
    shutdown_timeout = Duration::from_secs(1) as _,
)]
async fn generic() {}

#[portable::main(worker_threads = { let f = two as for<'a> fn(u8, u8) -> usize; f(1, 2) })]
async fn block() {}

#[portable::main(
    thread_name = (|text: &'static str| -> &'static str { text })("a"),
    worker_threads = (&BYTES as &[u8]).len() as usize,
)]
async fn closure() {}

#[portable::main(flavor = "current_thread")]
async fn main() {
    let raw = 5;
    let task = spawn_task!([x = &BYTE as &'static u8, y = &raw const BYTE as usize, mut z = raw]
        async move {
            z += 1;
            (*x, y > 0, z)
        });
    assert_eq!(task.await.unwrap(), (1, true, 6));
    let task = spawn_task!(name = "a" as &'static str, [f = two as fn(u8, u8) -> usize] async move { f(1, 2) });
    assert_eq!(task.await.unwrap(), 2);
    std::thread::spawn(|| {
        function();
        foreign_function();
        pointers();
        object();
        object_with_bounds();
        boxed();
        associated();
        generic();
        block();
        closure();
    })
    .join()
    .unwrap();
}
