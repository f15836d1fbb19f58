struct Client {
    name: String,
}

impl Client {
    #[portable::main]
    pub async fn case(&self) -> Result<(), String> {
        drop(self.name.clone());
    }
}

fn main() {
    let _ = Client::case;
    drop(Client { name: String::new() }.name);
}
