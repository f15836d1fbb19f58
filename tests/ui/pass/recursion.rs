#[portable::main]
async fn count_down(from: u32) -> u32 {
    if from == 0 {
        0
    } else {
        1 + Box::pin(count_down(from - 1)).await
    }
}

fn main() {
    assert_eq!(count_down(3), 3);
}
