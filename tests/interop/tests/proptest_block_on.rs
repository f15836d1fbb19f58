//! Tests of proptest with `portable::block_on`, in a process without a running `#[portable::main]`:
//! its runtime would serve all threads that belong to none, until its end and after it.
#![cfg(feature = "_runtime")]

use proptest::prelude::*;

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 64,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_block_a_case(number in 0..1000_u32) {
        let doubled = portable::block_on(portable::spawn(async move { number * 2 })).unwrap();
        prop_assert_eq!(doubled / 2, number);
    }
}
