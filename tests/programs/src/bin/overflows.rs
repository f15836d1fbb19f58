//! Runs a `main` too big for the stack, without a `stack_size`.

#[portable::main]
async fn main() {
    let big = [1_u8; 16 * 1024 * 1024];
    portable::task::yield_now().await;
    println!("{}", big.len());
}
