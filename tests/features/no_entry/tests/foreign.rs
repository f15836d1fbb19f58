//! Tests under the entry points of other crates. They could each be a program of its own: they
//! share only the runtime of the process, which starts at the first call.

use no_entry::use_both;

#[test]
fn a_plain_thread() {
    let task = counter::start();
    assert_eq!(portable::block_on(task).unwrap(), 42);
    portable::block_on(use_both());
}

#[test]
fn smol_block_on() {
    smol::block_on(use_both());
}

#[test]
fn futures_block_on() {
    futures_executor::block_on(use_both());
}

#[tokio::test]
async fn an_ambient_tokio_context() {
    assert_eq!(portable::runtime::current(), "tokio");
    use_both().await;
    // The task goes to the runtime of this test and not to one of ours.
    let here = tokio::runtime::Handle::current().id();
    let there = portable::spawn(async { tokio::runtime::Handle::current().id() });
    assert_eq!(there.await.unwrap(), here);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ambient_multi_thread_tokio_context() {
    use_both().await;
    let here = tokio::runtime::Handle::current().id();
    let there = tokio::spawn(async {
        portable::spawn(async { tokio::runtime::Handle::current().id() }).await
    });
    assert_eq!(there.await.unwrap().unwrap(), here);
    let blocking = portable::task::spawn_blocking(|| {
        portable::block_on(async { tokio::runtime::Handle::current().id() })
    });
    assert_eq!(blocking.await.unwrap(), here);
}
