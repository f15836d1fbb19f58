#[portable::main(worker_thread = 4)]
//               ^^^^^^^^^^^^^ worker_threads
pub async fn case() -> Result<(), String> {
    5
//  ^ mismatched types
}
