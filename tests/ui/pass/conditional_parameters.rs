//! A `cfg` may decide about a parameter of either kind.

use std::mem::size_of;

#[portable::main]
async fn generic<#[cfg(any())] T, #[cfg(not(any()))] U: Copy, #[cfg(any())] const N: usize>(
    #[cfg(not(any()))] value: U,
) -> usize {
    let _ = value;
    size_of::<U>()
}

#[portable::main]
async fn lifetimes<'a, #[cfg_attr(all(), cfg(any()))] 'b, T: ?Sized>(value: &'a T) -> &'a T {
    value
}

#[portable::main]
async fn in_a_cfg_attr(
    #[cfg_attr(all(), cfg(any()))] absent: Nope,
    #[cfg_attr(all(), cfg_attr(all(), cfg(any()), allow(unused)))] too: Nope,
    #[cfg_attr(all(), cfg(all()), allow(unused_variables))] present: u8,
    #[cfg_attr(any(), cfg(any()))] (kept, _): (u8, u8),
) -> u8 {
    kept
}

struct Point(u8);

impl Point {
    #[portable::main]
    async fn method(
        &self,
        #[cfg_attr(all(), cfg(any()))] absent: Nope,
        #[cfg_attr(all(), allow(unused_variables))] present: u8,
        #[cfg(not(any()))] (kept, _): (u8, u8),
    ) -> u8 {
        self.0 + kept
    }
}

fn main() {
    #![deny(unused)]
    assert_eq!(generic(1_u32), 4);
    assert_eq!(lifetimes("a"), "a");
    assert_eq!(in_a_cfg_attr(1, (2, 3)), 2);
    assert_eq!(Point(1).method(1, (2, 3)), 3);
}
