//! An application on smol; built together with one on another runtime, it keeps its own because it
//! says which.

#[portable::main(runtime = "smol")]
async fn main() {
    println!("{}", portable::runtime::current());
}
