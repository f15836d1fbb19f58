struct Device;

impl Device {
    const PIN: u8 = 5;

    #[portable::task]
    async fn run() -> u8 {
        Self::PIN
    }
}

fn main() {
    drop(Device::run());
}
