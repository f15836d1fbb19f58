// Known: rustc blames the call around the async block, which has both lifetimes too.
struct Client {
    name: String,
}

impl Client {
    #[portable::main]
    pub async fn case(&self, other: &str) -> &str {
        drop(self.name.clone());
        other
    }
}

fn main() {
    let _ = Client::case;
    drop(Client { name: String::new() }.name);
}
