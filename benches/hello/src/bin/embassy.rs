//! Hello on Embassy, whose `main` never ends.

use embassy_executor::Spawner;

#[embassy_executor::task]
async fn task(number: u32) {
    println!("hello {number}");
    std::process::exit(0);
}

#[embassy_executor::main]
async fn main(spawner: Spawner) {
    spawner.spawn(task(42).unwrap());
}
