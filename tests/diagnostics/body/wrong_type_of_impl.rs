#[portable::main]
async fn case_of() -> impl std::fmt::Display {
    vec![5]
}

fn main() {
    let _ = case_of;
}
