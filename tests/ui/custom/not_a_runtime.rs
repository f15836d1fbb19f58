struct Engine;

#[portable::main(runtime = Engine)]
async fn main() {}
