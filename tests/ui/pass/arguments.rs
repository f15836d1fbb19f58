use std::time::Duration;

const WORKERS: usize = 2;

fn half<A, B>(number: usize) -> usize {
    number / 2 + size_of::<(A, B)>()
}

#[portable::main(
    flavor = "multi_thread",
    worker_threads = WORKERS,
    thread_name = "worker",
    thread_stack_size = 3 * 1024 * 1024,
    max_blocking_threads = half::<(), ()>(8),
    shutdown_timeout = "500ms",
    init = init::<u8>,
    name = "runtime",
)]
async fn every_argument() -> u8 {
    1
}

fn init<T: Default>() {
    let _ = T::default();
}

#[portable::main(
    shutdown_timeout = Duration::from_secs(2),
    thread_name = format!("worker-{WORKERS}"),
    name = format!("runtime-{WORKERS}"),
    init = {
        let name = String::from("captured");
        move || drop(name)
    },
)]
async fn expressions() -> u8 {
    2
}

#[portable::main(flavor = "current_thread", shutdown_timeout = "250us")]
async fn current_thread() -> u8 {
    3
}

#[portable::main(flavor = "local", shutdown_timeout = "1h")]
async fn local() -> u8 {
    4
}

#[portable::main()]
async fn no_arguments() -> u8 {
    5
}

#[portable::main { flavor = "current_thread" }]
async fn in_braces() -> u8 {
    6
}

fn main() {
    let numbers = [
        every_argument(),
        expressions(),
        current_thread(),
        local(),
        no_arguments(),
        in_braces(),
    ];
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6]);
}
