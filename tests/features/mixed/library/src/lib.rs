//! A library that should not name a runtime, but does.

/// Returns the runtime that a task of this library runs on.
pub async fn runtime() -> &'static str {
    portable::spawn(async { portable::runtime::current() })
        .await
        .expect("it does not panic")
}

#[cfg(test)]
mod tests {
    #[portable::test]
    async fn its_tests_run_too() {
        assert_eq!(super::runtime().await, portable::runtime::current());
    }
}
