struct Device;

impl Device {
    #[portable::task]
    async fn run(&self) {}
}

fn main() {}
