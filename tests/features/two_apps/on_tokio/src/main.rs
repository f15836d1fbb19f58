//! An application on tokio; built together with one on another runtime, it keeps its own because it
//! says which.

#[portable::main(runtime = "tokio")]
async fn main() {
    println!("{}", portable::runtime::current());
}
