use portable::runtime::Flavor;

#[portable::main(tokio_context = "multi_thread", worker_threads = 1)]
async fn in_text() -> u8 {
    1
}

#[portable::main(tokio_context = if true { Flavor::MultiThread } else { Flavor::CurrentThread })]
async fn by_an_expression() -> u8 {
    2
}

#[portable::main(flavor = "current_thread", tokio_context = "current_thread")]
async fn the_default() -> u8 {
    3
}

fn main() {
    assert_eq!([in_text(), by_an_expression(), the_default()], [1, 2, 3]);
}
