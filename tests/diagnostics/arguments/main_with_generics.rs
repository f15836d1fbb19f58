#[portable::main]
async fn main<T: Default>() {
//           ^^^^^^^^^^^^ remove
    let _ = T::default();
}
