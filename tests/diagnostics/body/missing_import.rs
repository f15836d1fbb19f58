#[portable::main]
pub async fn case() {
    let names: HashMap<String, u8> = Default::default();
    drop(names);
}
