#[portable::main]
async fn main(path: &str) -> Result<String, std::io::Error> {
    std::fs::read_to_string(path)
}
