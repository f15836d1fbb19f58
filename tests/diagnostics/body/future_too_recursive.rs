#[portable::main]
pub async fn case() {
    count(5).await;
}

async fn count(number: u8) {
    if number > 0 {
        count(number - 1).await;
    }
}
