//! Tests of rstest.
#![cfg(feature = "_runtime")]

use rstest::{fixture, rstest};

#[fixture]
fn three() -> u8 {
    3
}

#[fixture]
async fn four(three: u8) -> u8 {
    portable::spawn(async move { three + 1 }).await.unwrap()
}

#[rstest]
#[portable::test]
async fn a_fixture(three: u8) {
    assert_eq!(portable::spawn(async move { three }).await.unwrap(), 3);
}

#[rstest]
#[portable::test]
async fn an_async_fixture(#[future] four: u8) {
    assert_eq!(four.await, 4);
}

#[rstest]
#[portable::test]
async fn an_awaited_fixture(#[future(awt)] four: u8) {
    assert_eq!(four, 4);
}

#[rstest]
#[case(1, 2)]
#[case::named(2, 3)]
#[portable::test]
async fn cases(#[case] number: u8, #[case] next: u8) {
    let task = portable::spawn(async move { number + 1 });
    assert_eq!(task.await.unwrap(), next);
}

#[rstest]
#[case(1)]
#[should_panic(expected = "2 is too much")]
#[case(2)]
#[portable::test(flavor = "multi_thread", timeout = "60s", stack_size = 4 << 20)]
async fn one_case_panics(#[case] number: u8) {
    assert!(number < 2, "{number} is too much");
}

#[rstest]
#[portable::test]
async fn values(#[values(1, 2)] left: u8, #[values(3, 4)] right: u8) -> Result<(), String> {
    if left < right {
        Ok(())
    } else {
        Err("no".into())
    }
}

/// The order of the attributes may be reversed.
mod below {
    use rstest::rstest;

    #[portable::test(timeout = "60s")]
    #[rstest]
    #[case(1, 2)]
    #[case::named(2, 3)]
    async fn cases(#[case] number: u8, #[case] next: u8) {
        let task = portable::spawn(async move { number + 1 });
        assert_eq!(task.await.unwrap(), next);
    }

    #[portable::test]
    #[rstest::rstest]
    async fn a_fixture(#[from(super::three)] three: u8) -> Result<(), String> {
        assert_eq!(portable::spawn(async move { three }).await.unwrap(), 3);
        Ok(())
    }
}

/// The names that rstest makes of values are not in snake case, and it makes a module with the name
/// of the test.
mod names {
    #![deny(warnings)]

    use rstest::rstest;

    #[rstest]
    #[portable::test]
    async fn values(#[values("x", "Y z")] text: &str) {
        assert!(!text.is_empty());
    }
}
