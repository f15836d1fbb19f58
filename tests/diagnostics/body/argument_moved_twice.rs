#[portable::main]
async fn case_of(text: String) -> usize {
    drop(text);
    text.len()
}

fn main() {
    let _ = case_of;
}
