extern crate portable as runtime;

pub mod reexports {
    pub use portable;
}

#[runtime::main(crate = runtime)]
async fn bare() -> u8 {
    runtime::spawn_task!(async { 1 }).await.unwrap()
}

#[reexports::portable::main(crate = "crate::reexports::portable", worker_threads = 1)]
async fn string() -> u8 {
    let id = 5;
    reexports::portable::spawn_task!(name = "task-{id}", async { 2 }).await.unwrap()
}

#[reexports::portable::main(crate = self::reexports::portable)]
async fn relative() -> u8 {
    3
}

macro_rules! in_a_macro {
    ($name:ident) => {
        #[$crate::reexports::portable::main(crate = $crate::reexports::portable)]
        async fn $name() -> u8 {
            4
        }
    };
}

in_a_macro!(from_macro);

#[reexports::portable::test(crate = ::portable)]
async fn works() {}

fn main() {
    assert_eq!(bare() + string() + relative() + from_macro(), 10);
}
