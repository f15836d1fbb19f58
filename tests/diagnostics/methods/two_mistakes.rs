struct Client {
    name: String,
}

impl Client {
    #[portable::main]
    pub async fn case(&self) -> Result<(), String> {
        let number: u8 = "five";
        drop(numbr + number);
        5
    }
}

fn main() {
    let _ = Client::case;
    drop(Client { name: String::new() }.name);
}
