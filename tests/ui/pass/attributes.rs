#![deny(unused_must_use, unused_variables, unfulfilled_lint_expectations)]

/// A documentation comment,
/// and its second line.
#[inline]
#[must_use]
#[portable::main]
/// Another one below.
#[doc(alias = "other")]
#[track_caller]
#[expect(unused_variables)]
pub async fn documented() -> u8 {
    let unused = 4;
    5
}

#[cfg_attr(all(), portable::main)]
#[cfg_attr(any(), nothing)]
async fn conditional() {}

#[portable::main]
#[cfg(any())]
async fn absent() -> DoesNotExist {}

#[portable::main]
#[deprecated]
async fn old() {}

#[portable::main]
async fn inner_attribute() {
    #![allow(unused_variables)]
    let unused = 4;
}

#[portable::main]
#[allow(non_snake_case)]
async fn r#match(r#type: u8, UPPER: u8) -> u8 {
    r#type + UPPER
}

fn main() {
    assert_eq!(documented(), 5);
    conditional();
    #[allow(deprecated)]
    old();
    inner_attribute();
    assert_eq!(r#match(1, 2), 3);
}
