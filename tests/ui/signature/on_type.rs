#![allow(unused)]

#[portable::main]
type Port = u16;

fn main() {}
