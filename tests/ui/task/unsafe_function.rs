#[portable::task]
async unsafe fn run() {}

fn main() {}
