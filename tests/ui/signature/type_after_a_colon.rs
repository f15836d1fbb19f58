#[portable::main]
async fn f(): u8 {
    1
}

fn main() {}
