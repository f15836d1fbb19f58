struct Server {
    code: i32,
}

impl Server {
    #[portable::main]
    async fn exit(&self) -> ! {
        std::process::exit(self.code)
    }
}

#[portable::main]
async fn fail(why: &str) -> ! {
    panic!("{why}")
}

fn main() {
    std::panic::catch_unwind(|| fail("on purpose")).unwrap_err();
    Server { code: 0 }.exit();
}
