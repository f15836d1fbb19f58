#[portable::main(stack_size = 64 << 20, init = set_up, name = "main")]
async fn main() -> Result<(), String> {
    Ok(())
}

fn set_up() {}
