#[portable::main]
pub async fn case() {
    printn!("text");
}
