#[portable::main]
pub struct Case;
//  ^^^^^^ async fn

fn main() {
    let _ = Case;
}
