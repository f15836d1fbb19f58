#![deny(unnameable_test_items)]

fn outer() {
    #[portable::test]
    async fn case() -> Result<(), String> {
//           ^^^^ inner items
        Ok(())
    }
}
