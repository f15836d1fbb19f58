struct Client {
    name: String,
}

impl Client {
    #[portable::main]
    pub async fn case(self) {
        drop(self.name);
        println!("{}", self.name);
    }
}

fn main() {
    let _ = Client::case;
    drop(Client { name: String::new() }.name);
}
