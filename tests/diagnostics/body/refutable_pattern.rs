#[portable::main]
pub async fn case() {
    let Some(first) = std::env::args().next();
    drop(first);
}
