#![allow(unused)]

#[portable::main]
use std::fmt::Display as _;

fn main() {}
