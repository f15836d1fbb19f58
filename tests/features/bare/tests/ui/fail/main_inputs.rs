#[portable::main(executor = 5)]
async fn main(_spawner: portable::runtime::Spawner, _: u8) {}
