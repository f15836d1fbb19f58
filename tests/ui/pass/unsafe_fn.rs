#![deny(unsafe_op_in_unsafe_fn)]

/// # Safety
/// None is needed.
#[portable::main]
pub async unsafe fn dangerous(number: u8) -> u8 {
    number
}

#[portable::main]
async unsafe fn without_arguments() -> u8 {
    2
}

struct Point(u8);

impl Point {
    #[portable::main]
    async unsafe fn get(&self) -> u8 {
        self.0
    }
}

fn main() {
    // SAFETY: they need nothing.
    let sum = unsafe { dangerous(1) + without_arguments() + Point(3).get() };
    assert_eq!(sum, 6);
}
