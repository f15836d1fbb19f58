#[portable::main(stack_size = 64 << 20)]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let number: u8 = "5".parse()?;
    number
}
