//! The workloads on `portable`.

use portable::io::{AsyncReadExt, AsyncWriteExt};
use portable::net::{TcpListener, TcpStream};
use portable::runtime::{Builder, Runtime};
use portable::spawn;
use portable::task::JoinHandle;

async fn join<T>(task: JoinHandle<T>) -> T {
    task.await.unwrap()
}

pub(crate) fn runtime(workers: Option<usize>) -> Runtime {
    match workers {
        Some(workers) => Builder::new_multi_thread().worker_threads(workers).build(),
        None => Builder::new_current_thread().build(),
    }
    .unwrap()
}

include!("workloads.rs");
