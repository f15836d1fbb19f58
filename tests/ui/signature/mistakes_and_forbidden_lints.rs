#![forbid(dead_code, unused_variables, unreachable_code, unreachable_pub, unused)]

#[portable::main]
pub async fn main(x: u8) {
    drop(x);
}

#[portable::main]
fn not_async(x: u8) -> u8 {
    x
}

#[portable::test]
async fn with_an_argument(x: u8) {
    drop(x);
}

#[portable::task]
pub async fn generic<T>(x: u8) {
    drop(x);
}

trait Tr {
    #[portable::main]
    async fn without_a_body(x: u8);
}
