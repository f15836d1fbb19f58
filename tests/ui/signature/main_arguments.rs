#[portable::main]
async fn main(arguments: Vec<String>, (_, _): (u8, u8)) {
    println!("{arguments:?}");
}
