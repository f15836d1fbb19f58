pub mod case {
    pub struct Case;

    #[portable::main]
    impl Case {}
//  ^^^^ async fn
}

fn main() {
    let _ = case::Case;
}
