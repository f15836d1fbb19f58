#[portable::main]
pub async fn case() {
    let longer;
    {
        let text = String::from("text");
        longer = &text;
    }
    println!("{longer}");
}
