#[portable::main]
async fn main() -> Result<(), core::fmt::Error> {
    Ok(())
}
