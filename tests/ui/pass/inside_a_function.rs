fn main() {
    #[portable::main]
    async fn outer() -> u8 {
        fn inner() -> u8 {
            #[portable::main(flavor = "current_thread")]
            async fn run(number: u8) -> u8 {
                number
            }
            std::thread::spawn(|| run(5)).join().unwrap()
        }
        inner()
    }
    assert_eq!(outer(), 5);
}
