//! Runs a `main` too big for the stack that the operating system gives, and ends the process in
//! several ways.

use std::error::Error;
use std::process::ExitCode;

const MIB: usize = 1024 * 1024;

#[portable::main(stack_size = 64 * MIB, init = || println!("init"))]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let how = std::env::args().nth(1);
    let length = big().await;
    println!("{length} on {}", portable::runtime::current());
    match how.as_deref() {
        Some("error") => Err("on purpose".into()),
        Some("code") => Ok(ExitCode::from(7)),
        Some("panic") => panic!("on purpose"),
        _ => Ok(ExitCode::SUCCESS),
    }
}

async fn big() -> usize {
    let big = [1_u8; 16 * MIB];
    portable::task::yield_now().await;
    big.len()
}
