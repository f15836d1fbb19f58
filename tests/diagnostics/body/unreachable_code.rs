#[portable::main]
pub async fn case() {
    return;
    println!("never");
}
