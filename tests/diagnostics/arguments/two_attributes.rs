pub mod case {
    #[portable::main]
    #[portable::main]
//  ^^^^^^^^^^^^^^^^^ remove
    async fn main() {}
}

fn main() {}
