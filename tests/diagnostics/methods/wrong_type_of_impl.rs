struct Client {
    name: String,
}

impl Client {
    #[portable::main]
    pub async fn case(&self) -> impl std::fmt::Display {
        vec![self.name.len()]
    }
}

fn main() {
    let _ = Client::case;
    drop(Client { name: String::new() }.name);
}
