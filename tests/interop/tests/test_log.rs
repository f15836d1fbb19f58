//! Tests of test-log.
#![cfg(feature = "_runtime")]

#[test_log::test(portable::test)]
async fn wraps() {
    portable::spawn(async {}).await.unwrap();
}

#[test_log::test(portable::test(flavor = "multi_thread"))]
async fn wraps_arguments() {
    portable::spawn(async {}).await.unwrap();
}

#[test_log::test(portable::test)]
#[should_panic(expected = "on purpose")]
async fn panics() {
    panic!("on purpose");
}
