#![allow(unused)]

#[portable::main]
struct Server;

fn main() {}
