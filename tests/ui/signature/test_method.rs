struct Server;

impl Server {
    #[portable::test]
    async fn works(&self) {}
}

fn main() {}
