#[portable::main]
pub async fn case() -> ! {
    println!("done");
}
