//! Tests of test-case.
#![cfg(feature = "_runtime")]

use test_case::{test_case, test_matrix};

#[test_case(1, 2)]
#[test_case(2, 3; "named")]
#[portable::test]
async fn cases(number: u8, next: u8) {
    let task = portable::spawn(async move { number + 1 });
    assert_eq!(task.await.unwrap(), next);
}

#[test_case(2 => 4)]
#[test_case(3 => 9)]
#[portable::test]
async fn outputs(number: u8) -> u8 {
    portable::spawn(async move { number * number })
        .await
        .unwrap()
}

#[test_case(2 => panics "2 is too much")]
#[portable::test]
async fn panics(number: u8) {
    assert!(number < 2, "{number} is too much");
}

// Ignored because the case proves that test-case's `ignore` has its effect: the test would fail.
#[test_case(2 => ignore)]
#[portable::test]
async fn ignored(_number: u8) {
    panic!("it was ignored");
}

#[test_matrix([1, 2], [3, 4])]
#[portable::test(flavor = "multi_thread", timeout = "60s", stack_size = 4 << 20)]
async fn matrix(left: u8, right: u8) {
    assert!(left < right);
}

/// The order of the attributes may be reversed.
mod below {
    use test_case::{test_case, test_matrix};

    #[portable::test]
    #[test_case(2 => 4)]
    #[test_case(3 => 9; "named")]
    async fn outputs(number: u8) -> u8 {
        portable::spawn(async move { number * number })
            .await
            .unwrap()
    }

    #[portable::test(flavor = "multi_thread", timeout = "60s")]
    #[test_matrix([1, 2], [3, 4])]
    async fn matrix(left: u8, right: u8) {
        assert!(left < right);
    }
}
