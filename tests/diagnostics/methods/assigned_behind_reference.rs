struct Client {
    name: String,
}

impl Client {
    #[portable::main]
    pub async fn case(&self) {
        self.name = String::new();
    }
}

fn main() {
    let _ = Client::case;
    drop(Client { name: String::new() }.name);
}
