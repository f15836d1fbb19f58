#[portable::main]
pub async fn case() {
    "5".parse::<u8>().map(drop)
}
