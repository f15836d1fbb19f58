#[portable::task]
async unsafe extern "C" fn run(value: u8, ...) {}

fn main() {}
