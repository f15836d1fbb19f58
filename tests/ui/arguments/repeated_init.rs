#[portable::main(init = || {}, init = || {})]
async fn main() {}
