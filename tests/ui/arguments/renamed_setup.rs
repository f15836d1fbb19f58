#[portable::main(setup = set_up)]
async fn main() {}

fn set_up() {}
