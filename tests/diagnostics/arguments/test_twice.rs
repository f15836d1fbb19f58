mod case {
    #[portable::test]
    #[test]
//  ^^^^^^^ remove
    async fn case() {}
}

fn main() {}
