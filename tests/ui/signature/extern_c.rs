#[portable::main]
async extern "C" fn run() {}

fn main() {
    run();
}
