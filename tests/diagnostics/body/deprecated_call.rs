#[deprecated(note = "call `other`")]
fn old() {}

#[portable::main]
pub async fn case() {
    old();
}
