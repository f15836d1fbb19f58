#![allow(unused)]

#[portable::main]
mod server {}

fn main() {}
