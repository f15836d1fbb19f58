#![allow(unused)]

#[portable::main]
static PORT: u16 = 80;

fn main() {}
