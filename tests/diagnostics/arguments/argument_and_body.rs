#[portable::main(worker_thread = 4)]
//               ^^^^^^^^^^^^^ worker_threads
pub async fn case() {
    let number: u8 = "five";
    //               ^^^^^^ mismatched types
    drop(number);
}
