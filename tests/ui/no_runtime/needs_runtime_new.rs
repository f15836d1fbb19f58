fn main() -> std::io::Result<()> {
    portable::runtime::Runtime::new()?.block_on(async { Ok(()) })
}
