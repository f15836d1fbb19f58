//! In the body the function's name is that of the inner one, which is async. A path from the module
//! leads to the outer one.

#[portable::main]
async fn factorial(n: u64) -> u64 {
    match n {
        0 => 1,
        n => n * Box::pin(factorial(n - 1)).await,
    }
}

#[portable::main]
async fn on_other_threads(n: u8) -> u8 {
    let outer: fn(u8) -> u8 = self::on_other_threads;
    match n {
        0 => 0,
        n => 1 + std::thread::spawn(move || outer(n - 1)).join().unwrap(),
    }
}

#[portable::main]
async fn main() {
    if std::env::args().count() > 99 {
        std::thread::spawn(self::main).join().unwrap();
    }
    let sum = std::thread::spawn(|| factorial(5) + u64::from(on_other_threads(3)));
    assert_eq!(sum.join().unwrap(), 123);
}
