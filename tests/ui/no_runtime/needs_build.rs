fn main() {
    let runtime = portable::runtime::Builder::new_multi_thread().build().unwrap();
    runtime.block_on(async {});
}
