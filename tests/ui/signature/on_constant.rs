#![allow(unused)]

#[portable::main]
const PORT: u16 = 80;

fn main() {}
