#[portable::main]
async fn main() where String: Clone {}
//              ^^^^^^^^^^^^^^^^^^^ remove
