struct Client {
    name: String,
}

impl Client {
    #[portable::main]
    pub async fn case(&self) {
        let task = portable::spawn(async { println!("{}", self.name) });
        task.await.unwrap();
    }
}

fn main() {
    let _ = Client::case;
    drop(Client { name: String::new() }.name);
}
