mod config {
    #[derive(Default)]
    pub struct Config {
        name: String,
    }

    impl Config {
        pub fn show(&self) {
            println!("{}", self.name);
        }
    }
}

#[portable::main]
pub async fn case() {
    let config = config::Config::default();
    config.show();
    println!("{}", config.name);
}
