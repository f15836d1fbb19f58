enum Color {
    Red,
    Green,
}

#[portable::main]
pub async fn case() {
    let color = if std::env::args().count() > 1 { Color::Red } else { Color::Green };
    match color {
        Color::Red => {}
    }
}
