struct Config {
    name: String,
}

#[portable::main]
pub async fn case() {
    let _config = Config {
        name: String::new(),
    };
}
