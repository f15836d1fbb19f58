struct Point {
    x: u8,
    y: u8,
}

#[portable::main]
pub async fn case() {
    let point = Point { x: 5 };
    println!("{} {}", point.x, point.y);
}
