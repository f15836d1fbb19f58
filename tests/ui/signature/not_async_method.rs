struct Server {
    port: u16,
}

impl Server {
    #[portable::main]
    pub fn port(&self) -> u16 {
        async { self.port }.await
    }
}

fn main() {
    println!("{}", Server { port: 80 }.port());
}
