use std::fmt::Display;

#[portable::main(flavr = "current_thread")]
async fn greet(name: &str) -> impl Display {
    let greeting = async { "hello" };
    format!("{}, {name}", greeting.await)
}

struct Server {
    port: u16,
}

impl Server {
    #[portable::main(workers = 4)]
    async fn port(&self) -> Result<u16, std::num::ParseIntError> {
        let offset: u16 = "1".parse()?;
        Ok(self.port + offset)
    }
}

fn main() {
    println!("{}", greet("you"));
    println!("{:?}", Server { port: 80 }.port());
}
