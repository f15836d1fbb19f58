struct Client {
    name: String,
}

impl Client {
    #[portable::main]
    pub async fn case(&self) {
        let number: u8 = self.name.parse()?;
        drop(number);
    }
}

fn main() {
    let _ = Client::case;
    drop(Client { name: String::new() }.name);
}
