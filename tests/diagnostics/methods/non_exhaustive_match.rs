struct Client {
    name: String,
}

impl Client {
    #[portable::main]
    pub async fn case(&self) {
        match self.name.len() {
            0 => {}
        }
    }
}

fn main() {
    let _ = Client::case;
    drop(Client { name: String::new() }.name);
}
