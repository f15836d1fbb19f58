use std::fmt::Debug;

#[portable::main]
async fn inferred<T: Debug, const N: usize>(values: [T; N]) -> String {
    format!("{values:?}")
}

#[portable::main]
async fn not_inferred<'a, T, const N: usize>(_name: &'a str) -> (T, usize)
where
    T: Default + 'a,
{
    (T::default(), N)
}

#[portable::main]
async fn beside_impl_trait<T: Default + PartialEq<U>, U>(other: U, _shown: impl Debug) -> bool {
    T::default() == other
}

fn main() {
    assert_eq!(inferred([1, 2]), "[1, 2]");
    assert_eq!(not_inferred::<u8, 3>("name"), (0, 3));
    assert!(beside_impl_trait::<String, &str>("", 5));
}
