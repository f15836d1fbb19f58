#[portable::test]
async unsafe fn works() {}

fn main() {}
