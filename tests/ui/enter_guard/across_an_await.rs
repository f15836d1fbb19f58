use portable::runtime::Handle;

fn main() {
    let handle = Handle::current();
    let task = portable::spawn(async move {
        let _guard = handle.enter();
        portable::task::yield_now().await;
    });
    drop(task);
}
