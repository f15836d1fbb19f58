#[portable::main]
pub async fn case() {
    use std::collections::HashMap;
}
