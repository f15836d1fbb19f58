#[portable::main(stack_size = 64 << 20)]
async fn main() -> impl std::fmt::Display {
    5
}
