//! The workloads, written natively for one runtime.

#[cfg(feature = "tokio")]
pub(crate) use self::tokio::*;

#[cfg(feature = "tokio")]
mod tokio {
    use std::future::Future;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};
    use tokio::runtime::Builder;
    use tokio::spawn;
    use tokio::task::JoinHandle;

    pub(crate) const NAME: &str = "tokio::net";

    async fn join<T>(task: JoinHandle<T>) -> T {
        task.await.unwrap()
    }

    pub(crate) fn block_on<T>(workers: Option<usize>, future: impl Future<Output = T>) -> T {
        let runtime = match workers {
            Some(workers) => Builder::new_multi_thread()
                .worker_threads(workers)
                .enable_all()
                .build(),
            None => Builder::new_current_thread().enable_all().build(),
        };
        runtime.unwrap().block_on(future)
    }

    include!("workloads.rs");
}

#[cfg(all(feature = "async-std", not(feature = "tokio")))]
pub(crate) use self::async_std::*;

#[cfg(all(feature = "async-std", not(feature = "tokio")))]
mod async_std {
    use std::future::Future;

    use async_std::io::{ReadExt, WriteExt};
    use async_std::net::{TcpListener, TcpStream};
    use async_std::task::{JoinHandle, spawn};

    pub(crate) const NAME: &str = "async_std::net";

    async fn join<T>(task: JoinHandle<T>) -> T {
        task.await
    }

    pub(crate) fn block_on<T>(_workers: Option<usize>, future: impl Future<Output = T>) -> T {
        async_std::task::block_on(future)
    }

    include!("workloads.rs");
}

#[cfg(not(any(feature = "tokio", feature = "async-std")))]
pub(crate) use self::smol::*;

#[cfg(not(any(feature = "tokio", feature = "async-std")))]
mod smol {
    use std::future::Future;

    use smol::io::{AsyncReadExt, AsyncWriteExt};
    use smol::net::{TcpListener, TcpStream};
    use smol::{Task, spawn};

    pub(crate) const NAME: &str = "smol::net";

    async fn join<T>(task: Task<T>) -> T {
        task.await
    }

    pub(crate) fn block_on<T>(_workers: Option<usize>, future: impl Future<Output = T>) -> T {
        smol::block_on(future)
    }

    include!("workloads.rs");
}
