struct Point;

#[portable::main]
pub async fn case() {
    println!("{}", Point);
}
