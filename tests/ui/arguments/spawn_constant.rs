const SPAWN: bool = true;

#[portable::main(spawn = SPAWN)]
async fn main() {}
