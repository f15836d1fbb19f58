#[portable::main]
#[portable::task]
async fn main_and_task() {}

#[portable::main]
#[portable::test]
async fn main_and_test() {}

#[portable::main]
#[tokio::test]
async fn main_and_test_of_tokio() {}

#[portable::test]
#[portable::main]
async fn test_and_main() {}

#[portable::test]
#[portable::task]
async fn test_and_task() {}

// What comes out of the attribute is a function like any other.
#[portable::main]
#[test]
async fn called_by_the_harness() {}

fn main() {
    main_and_task();
    main_and_test();
    main_and_test_of_tokio();
    called_by_the_harness();
}
