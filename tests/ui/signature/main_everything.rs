#[portable::main(worker_thread = 4)]
unsafe extern "C" fn main<T: Default>(argument: T) -> T {
    drop(argument);
    async { T::default() }.await
}
