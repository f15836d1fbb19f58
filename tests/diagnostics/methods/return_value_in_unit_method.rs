struct Client {
    name: String,
}

impl Client {
    #[portable::main]
    pub async fn case(&self) {
        if self.name.is_empty() {
            return Err("empty");
        }
    }
}

fn main() {
    let _ = Client::case;
    drop(Client { name: String::new() }.name);
}
