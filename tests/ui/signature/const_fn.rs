#[portable::main]
const async fn run() {}

fn main() {
    run();
}
