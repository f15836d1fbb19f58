#![deny(unnameable_test_items)]

const _: () = {
    #[portable::test]
    async fn case() {}
//           ^^^^ inner items
};
