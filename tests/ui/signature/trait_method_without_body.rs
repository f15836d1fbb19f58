trait Server {
    #[portable::main]
    async fn run(&self);
}

fn main() {}
