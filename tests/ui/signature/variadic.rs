#[portable::main]
async unsafe extern "C" fn run(first: u8, _rest: ...) {
    println!("{first}");
}

fn main() {
    unsafe { run(1) };
}
