#[portable::main]
async fn case_of<T>(value: T) -> String {
    value.to_string()
}

fn main() {
    let _ = case_of::<u8>;
}
