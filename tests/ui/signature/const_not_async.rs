#[portable::main]
const fn run() {}

fn main() {
    run();
}
