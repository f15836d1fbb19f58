//! Returns an error.

#[portable::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    portable::spawn(async { "x".parse::<u8>() }).await??;
    Ok(())
}
