#[portable::main]
async fn case_of(number: u8) {}

fn main() {
    let _ = case_of;
}
