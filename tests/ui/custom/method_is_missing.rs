use portable::runtime::CustomRuntime;

struct Engine;

impl CustomRuntime for Engine {}

#[portable::main(runtime = Engine)]
async fn main() {}
