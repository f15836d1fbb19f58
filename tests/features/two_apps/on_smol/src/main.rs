//! An application on smol. It names its runtime, so it keeps it when it is built together with an
//! application on another one.

#[portable::main(runtime = "smol")]
async fn main() {
    println!("{}", portable::runtime::current());
}
