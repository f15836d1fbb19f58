//! A program on smol with a build script on Tokio.

#[portable::main]
async fn main() {
    println!(
        "built on {}, runs on {}",
        env!("BUILT_ON"),
        portable::runtime::current()
    );
}

#[cfg(test)]
mod tests {
    #[portable::test]
    async fn each_has_its_own() {
        assert_eq!(env!("BUILT_ON"), "tokio");
        assert_eq!(portable::runtime::available(), ["smol"]);
    }
}
