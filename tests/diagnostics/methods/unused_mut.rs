struct Client {
    name: String,
}

impl Client {
    #[portable::main]
    pub async fn case(&self) {
        let mut number = self.name.len();
        drop(number);
    }
}

fn main() {
    let _ = Client::case;
    drop(Client { name: String::new() }.name);
}
