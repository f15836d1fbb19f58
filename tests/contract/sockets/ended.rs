//! Sockets of a runtime that has ended (contract 20).

use std::thread;

use crate::common::{self, with_both_builders};
use portable::io::AsyncWriteExt;
#[cfg(unix)]
use portable::net::UnixListener;
use portable::net::{TcpListener, UdpSocket};
use portable::runtime::{Builder, Handle, is_rt_shutdown_err};
use portable::time::Duration;

with_both_builders! {
    binding_in_a_runtime_that_has_ended_is_an_error,
    waiting_in_a_runtime_that_has_ended_is_an_error,
    a_future_from_before_the_end_is_an_error,
    a_socket_in_another_runtime_goes_on_or_gives_that_error,
    other_errors_are_not_of_the_end,
}

fn binding_in_a_runtime_that_has_ended_is_an_error(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let _guard = runtime.enter();
    runtime.shutdown_timeout(Duration::from_secs(60));
    let errors = Handle::current().block_on(async {
        [
            TcpListener::bind("127.0.0.1:0").await.unwrap_err(),
            UdpSocket::bind("127.0.0.1:0").await.unwrap_err(),
        ]
    });
    assert!(errors.iter().all(is_rt_shutdown_err), "{errors:?}");
}

fn waiting_in_a_runtime_that_has_ended_is_an_error(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let _guard = runtime.enter();
    let handle = Handle::current();
    let listener = handle.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    runtime.shutdown_timeout(Duration::from_secs(60));
    // It does not wait for ever.
    let error = handle.block_on(listener.accept()).unwrap_err();
    assert!(is_rt_shutdown_err(&error), "{error}");
}

fn a_future_from_before_the_end_is_an_error(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let _guard = runtime.enter();
    let handle = Handle::current();
    #[cfg(unix)]
    let listener = {
        let name = format!(
            "portable-ended-{}-{:?}",
            std::process::id(),
            thread::current().id()
        );
        let path = std::env::temp_dir().join(name);
        let listener = UnixListener::bind(&path).unwrap();
        let _ = std::fs::remove_file(path);
        listener
    };
    #[cfg(not(unix))]
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let bind = TcpListener::bind("127.0.0.1:0");
    let accept = listener.accept();
    runtime.shutdown_timeout(Duration::from_secs(60));
    let error = handle.block_on(bind).unwrap_err();
    assert!(is_rt_shutdown_err(&error), "{error}");
    let error = handle.block_on(accept).map(drop).unwrap_err();
    assert!(is_rt_shutdown_err(&error), "{error}");
}

fn a_socket_in_another_runtime_goes_on_or_gives_that_error(mut builder: Builder) {
    let (runtime, other) = (builder.build().unwrap(), builder.build().unwrap());
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    drop(runtime);
    let connected = std::net::TcpStream::connect(address).unwrap();
    other.block_on(async {
        match listener.accept().await {
            Ok((mut stream, _)) => stream.write_all(b"bytes").await.unwrap(),
            Err(error) => {
                assert!(is_rt_shutdown_err(&error), "{error}");
                assert_eq!(portable::runtime::current(), "tokio");
            }
        }
    });
    drop(connected);
}

fn other_errors_are_not_of_the_end(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let error = runtime
        .block_on(TcpListener::bind(taken.local_addr().unwrap()))
        .unwrap_err();
    assert!(!is_rt_shutdown_err(&error), "{error}");
    let task = runtime.spawn(std::future::pending::<()>());
    task.abort();
    let cancelled = common::block_on(async { runtime.block_on(task) }).unwrap_err();
    assert!(!is_rt_shutdown_err(&cancelled.into()));
    let text = "portable: the runtime has ended, and so this was not done";
    assert!(!is_rt_shutdown_err(&std::io::Error::other(text)));
}
