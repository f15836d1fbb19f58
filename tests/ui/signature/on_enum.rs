#![allow(unused)]

#[portable::main]
enum State {
    On,
}

fn main() {}
