//! Tests of proptest, whose closures are not async: with one entry point per case, or a runtime for
//! all of them.
#![cfg(feature = "_runtime")]

use std::sync::LazyLock;

use portable::runtime::Runtime;
use proptest::prelude::*;

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 64,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

#[portable::main(flavor = "current_thread")]
async fn doubled(number: u32) -> Result<u32, TestCaseError> {
    let task = portable::spawn(async move { number * 2 });
    task.await
        .map_err(|error| TestCaseError::fail(error.to_string()))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn an_entry_point_a_case(number in 0..1000_u32) {
        prop_assert_eq!(doubled(number)? / 2, number);
    }

    #[test]
    fn a_block_a_case(numbers in proptest::collection::vec(0..1000_u32, 0..8)) {
        RUNTIME.block_on(async {
            let tasks: Vec<_> = numbers
                .iter()
                .map(|number| portable::spawn(std::future::ready(*number)))
                .collect();
            for (task, number) in tasks.into_iter().zip(&numbers) {
                prop_assert_eq!(task.await.unwrap(), *number);
            }
            Ok(())
        })?;
    }
}
