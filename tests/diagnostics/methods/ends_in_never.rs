// Known: no `return` can tell an async block that it returns `!`.
struct Client {
    name: String,
}

impl Client {
    #[portable::main]
    pub async fn case(&self) -> ! {
        println!("{}", self.name);
    }
}

fn main() {
    let _ = Client::case;
    drop(Client { name: String::new() }.name);
}
