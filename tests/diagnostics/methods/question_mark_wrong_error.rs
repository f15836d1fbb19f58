struct Client {
    name: String,
}

impl Client {
    #[portable::main]
    pub async fn case(&self) -> Result<(), std::fmt::Error> {
        let number: u8 = self.name.parse()?;
        drop(number);
        Ok(())
    }
}

fn main() {
    let _ = Client::case;
    drop(Client { name: String::new() }.name);
}
