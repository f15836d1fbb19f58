#[portable::task]
async fn run(number: u8) -> u8 {
    let text: String = number;
    text
}

fn main() {}
