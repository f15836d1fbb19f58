struct Server;

impl Server {
    #[portable::main(stack_size = 64 << 20, flavor = "local")]
    async fn main(&self) {}
}

fn main() {
    Server.main();
}
