#[portable::main]
pub async fn case() {
    let mut text = String::new();
    let first = &mut text;
    let second = &mut text;
    first.push('a');
    second.push('b');
}
