struct Client {
    name: String,
}

impl Client {
    #[portable::main]
    pub async fn case() -> Self {
        Self { name: 5 }
    }
}

fn main() {
    let _ = Client::case;
    drop(Client { name: String::new() }.name);
}
