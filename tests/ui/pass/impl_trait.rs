use std::fmt::Display;

#[portable::main]
async fn shown(value: u8) -> impl Display {
    value
}

#[portable::main]
async fn iterator<'a>(words: &'a [&'a str]) -> impl Iterator<Item = usize> + 'a {
    words.iter().map(|word| word.len())
}

#[portable::main]
async fn nested() -> Result<(impl Display, Box<dyn Fn() -> u8>), std::num::ParseIntError> {
    let number: u8 = "5".parse()?;
    Ok((number, Box::new(move || number)))
}

fn main() {
    assert_eq!(shown(5).to_string(), "5");
    assert_eq!(iterator(&["a", "bc"]).sum::<usize>(), 3);
    let (number, get) = nested().unwrap();
    assert_eq!(number.to_string(), get().to_string());
}
