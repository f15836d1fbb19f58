struct Client {
    name: String,
}

impl Client {
    #[portable::main]
    pub async fn case(&self) {
        portable::spawn(async {
            let shared = std::rc::Rc::new(5);
            portable::task::yield_now().await;
            drop(shared);
        });
    }
}

fn main() {
    let _ = Client::case;
    drop(Client { name: String::new() }.name);
}
