//! A dependent that has `portable` under another name.

#[rt::main(crate = rt, flavor = "current_thread")]
async fn main() {
    println!("{}", answer().await);
}

async fn answer() -> u32 {
    let six = rt::spawn_task!(async { 6 });
    let name = String::from("seven");
    let seven = rt::spawn_task!(name = "number {name}", async {
        assert_eq!(rt::task::try_name().as_deref(), Some("number seven"));
        7
    });
    six.await.unwrap() * seven.await.unwrap()
}

#[cfg(test)]
mod tests {
    #[rt::test(crate = "rt")]
    async fn it_works() {
        assert_eq!(super::answer().await, 42);
    }
}
