struct Client {
    name: String,
}

impl Client {
    #[portable::main]
    pub async fn case(&self, number: u8) {
        drop(self.name.clone());
    }
}

fn main() {
    let _ = Client::case;
    drop(Client { name: String::new() }.name);
}
