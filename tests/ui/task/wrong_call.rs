#[portable::task]
async fn run(count: u8) {
    drop(count);
}

fn main() {
    drop(run());
    drop(run("text"));
}
