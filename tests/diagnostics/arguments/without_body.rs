#[portable::main]
async fn main();
//             ^ body
