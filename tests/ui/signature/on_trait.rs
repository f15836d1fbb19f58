#![allow(unused)]

#[portable::main]
trait Server {}

fn main() {}
