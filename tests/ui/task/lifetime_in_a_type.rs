#[portable::task]
async fn run(lock: std::sync::MutexGuard<'_, u8>) {
    drop(lock);
}

fn main() {}
