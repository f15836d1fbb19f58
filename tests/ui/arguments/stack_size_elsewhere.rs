#[portable::main(stack_size = 64 << 20)]
async fn run() -> u8 {
    5
}

fn main() {
    let _: u8 = run();
}
