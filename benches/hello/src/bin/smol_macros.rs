//! Hello on smol, by its macro.

smol_macros::main! {
    async fn main() {
        let task = smol::spawn(async { 42 });
        println!("hello {}", task.await);
    }
}
