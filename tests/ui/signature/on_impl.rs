#![allow(unused)]

struct Server;

#[portable::main]
impl Server {}

fn main() {}
