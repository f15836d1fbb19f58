#[portable::main(runtime = 5)]
async fn main() {
    not_run();
}

#[portable::test(runtime = 5)]
async fn not_run() {}
