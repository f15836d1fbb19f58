struct Borrows<'a>(&'a u8);

#[portable::task]
async fn run(number: Borrows) {
    drop(number.0);
}

fn main() {}
