struct Client {
    name: String,
}

impl Client {
    #[portable::main]
    pub async fn case(&self) -> Result<(), String> {
        if self.name.is_empty() {
            return Err(5);
        }
        Ok("done")
    }
}

fn main() {
    let _ = Client::case;
    drop(Client { name: String::new() }.name);
}
