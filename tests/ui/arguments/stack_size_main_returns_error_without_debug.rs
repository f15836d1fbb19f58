struct Silent;

#[portable::main(stack_size = 64 << 20)]
async fn main() -> Result<(), Silent> {
    Err(Silent)
}
