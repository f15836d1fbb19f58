#[portable::main]
async extern fn run() {}

fn main() {
    run();
}
