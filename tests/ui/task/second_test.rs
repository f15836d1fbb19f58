#[portable::task]
#[portable::test]
async fn run() {}

fn main() {}
