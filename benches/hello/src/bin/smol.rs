//! Hello on smol.

fn main() {
    smol::block_on(async {
        let task = smol::spawn(async { 42 });
        println!("hello {}", task.await);
    });
}
