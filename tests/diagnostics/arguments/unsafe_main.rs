#[portable::main]
async unsafe fn main() {}
//    ^^^^^^ remove
