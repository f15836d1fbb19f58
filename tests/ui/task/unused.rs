#![deny(warnings)]

#[portable::task]
async fn nobody_calls(used: u8, unused: u8) -> u8 {
    let nothing = 5;
    used
}

#[portable::task]
async fn is_called() {}

fn main() {
    is_called();
}
