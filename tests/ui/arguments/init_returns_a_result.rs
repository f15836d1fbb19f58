fn set_up() -> Result<(), String> {
    Ok(())
}

#[portable::main(init = set_up)]
async fn main() {}
