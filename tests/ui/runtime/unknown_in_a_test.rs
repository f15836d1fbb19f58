#[portable::test(runtime = ["tokio", "tokyo"])]
async fn runs() {}

fn main() {}
