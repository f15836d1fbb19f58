//! An application on Tokio. It names its runtime, so it keeps it when it is built together with an
//! application on another one.

#[portable::main(runtime = "tokio")]
async fn main() {
    println!("{}", portable::runtime::current());
}
