#[portable::main(stack_size = 64 << 20)]
async fn main() -> u8 {
    5
}
