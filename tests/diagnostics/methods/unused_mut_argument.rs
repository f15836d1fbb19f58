struct Client {
    name: String,
}

impl Client {
    #[portable::main]
    pub async fn case(&self, mut number: u8) {
        drop(self.name.clone());
        drop(number);
    }
}

fn main() {
    let _ = Client::case;
    drop(Client { name: String::new() }.name);
}
