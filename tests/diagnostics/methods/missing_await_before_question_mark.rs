async fn fetch() -> Result<u8, String> {
    Ok(5)
}

struct Client {
    name: String,
}

impl Client {
    #[portable::main]
    pub async fn case(&self) -> Result<(), String> {
        let number = fetch()?;
        drop(number);
        Ok(())
    }
}

fn main() {
    let _ = Client::case;
    drop(Client { name: String::new() }.name);
}
