async fn fetch() -> Result<(), String> {
    Ok(())
}

struct Client {
    name: String,
}

impl Client {
    #[portable::main]
    pub async fn case(&self) -> Result<(), String> {
        drop(self.name.clone());
        fetch()
    }
}

fn main() {
    let _ = Client::case;
    drop(Client { name: String::new() }.name);
}
