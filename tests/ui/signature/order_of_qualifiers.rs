#[portable::main]
unsafe async fn f() {}

#[portable::main]
extern "C" async fn main() {}
