use std::fmt::Display;

#[portable::main]
fn shown(value: u8) -> impl Display {
    value
}

fn main() {
    println!("{}", shown(5));
}
