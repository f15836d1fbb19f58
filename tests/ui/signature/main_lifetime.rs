#[portable::main]
async fn main<'a>() {
    let _: &'a str = "static";
}
