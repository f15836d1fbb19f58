//! A program that has the package under a third name, and says so in its manifest alone.

#[rt::main]
async fn main() {
    println!("{}", answer().await);
}

async fn answer() -> u32 {
    rt::time::sleep(std::time::Duration::from_millis(1)).await;
    let six = rt::spawn(async { 6 });
    six.await.unwrap() * 7
}

#[cfg(test)]
mod tests {
    #[rt::test]
    async fn it_works() {
        assert_eq!(super::answer().await, 42);
    }
}
