//! Hello without a runtime.

fn main() {
    let task = std::thread::spawn(|| 42);
    println!("hello {}", task.join().unwrap());
}
