#![no_implicit_prelude]

#[::portable::main(worker_threads = 1, shutdown_timeout = "5s")]
async fn main() -> ::std::result::Result<(), ::std::fmt::Error> {
    let number = 5;
    let task = ::portable::spawn_task!(name = "number-{number}", [number] async move { number });
    ::std::assert!(::std::matches!(task.await, ::std::result::Result::Ok(5)));
    ::portable::spawn_task!(detach, async {});
    ::std::result::Result::Ok(())
}

struct Point(u8);

impl Point {
    #[::portable::main]
    async fn get(&self) -> u8 {
        self.0
    }
}

#[allow(dead_code)]
fn use_point() -> u8 {
    Point(1).get()
}

#[::portable::test]
async fn works() {}

#[::portable::test(timeout = "5s", stack_size = 1024, init = || ())]
async fn all_around() -> ::std::result::Result<(), ::std::fmt::Error> {
    ::std::result::Result::Ok(())
}
