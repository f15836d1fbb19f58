#[portable::main]
pub const async unsafe fn main<T>(_: T) {}
//  ^^^^^ remove `const`
//              ^^^^^^ `unsafe`
//                            ^^^ generic
//                                ^^^^ takes no arguments
