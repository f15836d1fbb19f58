#[portable::task]
async fn run<'a>(value: &'static u8) {
    let _: &'a u8 = value;
}

fn main() {}
