#[portable::test(spawn = true)]
async fn test() {}

fn main() {}
