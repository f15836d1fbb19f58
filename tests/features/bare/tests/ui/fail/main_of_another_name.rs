#[portable::main]
async fn start() {}
