struct Client {
    name: String,
}

impl Client {
    #[portable::main]
    pub async fn case(&self) {
        self.name.parse::<u8>();
    }
}

fn main() {
    let _ = Client::case;
    drop(Client { name: String::new() }.name);
}
