#[portable::main]
async fn main(name: String) {
//            ^^^^^^^^^^^^ remove
    println!("{name}");
}
