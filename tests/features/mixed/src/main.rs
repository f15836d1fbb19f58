//! An application on smol, with a library that has turned on `tokio`: both are compiled in, and the
//! application chooses.

#[portable::main(runtime = "smol")]
async fn main() {
    println!("{}", run().await);
}

async fn run() -> String {
    format!(
        "{}, the library's task too: {}",
        portable::runtime::current(),
        library::runtime().await
    )
}

#[cfg(test)]
mod tests {
    #[portable::test(runtime = "smol")]
    async fn everything_is_on_smol() {
        assert_eq!(portable::runtime::available(), ["tokio", "smol"]);
        assert_eq!(super::run().await, "smol, the library's task too: smol");
    }
}
