#[portable::task]
async extern "C" fn run() {}

fn main() {}
