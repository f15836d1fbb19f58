fn outer() {
    mod tests {
        #[portable::test]
        async fn case() {
            let number: u8 = "five";
//                           ^^^^^^ mismatched types
            drop(number);
        }
    }
}
