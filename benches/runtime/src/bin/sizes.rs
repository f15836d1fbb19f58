//! Prints the size of each handle and future, ours and the native one: `sizes RUNTIME`.
//! `cargo xtask budgets` runs it.

use std::future::{Ready, ready};
use std::time::Duration;

use async_std::fs as async_std_fs;

/// Returns the size of the output of `make`, which is not called.
fn of<T>(_make: impl FnOnce() -> T) -> Option<usize> {
    Some(size_of::<T>())
}

fn size<T>() -> Option<usize> {
    Some(size_of::<T>())
}

/// The native sizes beside ours: Tokio's, smol's, async-std's, Embassy's.
type Natives = [Option<usize>; 4];

const RUNTIMES: [&str; 4] = ["tokio", "smol", "async-std", "embassy"];
const SECOND: Duration = Duration::from_secs(1);
const ADDRESS: (&str, u16) = ("127.0.0.1", 1);

fn lent<T>() -> T {
    unreachable!("sizes are known without values")
}

fn main() {
    let runtime = std::env::args().nth(1).unwrap_or_default();
    let column = RUNTIMES.iter().position(|name| *name == runtime);
    for (name, ours, natives) in [tasks(), time(), runtimes(), io()].concat() {
        let ours = ours.expect("ours has a size");
        let native = column.and_then(|column| natives[column]);
        let native = native.map_or("-".into(), |native| native.to_string());
        println!("{name} {ours} {native}");
    }
}

type Rows = Vec<(&'static str, Option<usize>, Natives)>;

fn tasks() -> Rows {
    use async_std::task as async_std;
    use futures_util::stream::FuturesUnordered;
    use portable::task;
    use portable_bench_runtime::sides::Joining;
    use tokio::task as tokio;

    vec![
        (
            "JoinHandle",
            size::<task::JoinHandle<u64>>(),
            [
                size::<tokio::JoinHandle<u64>>(),
                size::<smol::Task<u64>>(),
                size::<async_std::JoinHandle<u64>>(),
                size::<Joining<u64>>(),
            ],
        ),
        (
            "AbortHandle",
            size::<task::AbortHandle>(),
            [size::<tokio::AbortHandle>(), None, None, None],
        ),
        (
            "JoinError",
            size::<task::JoinError>(),
            [size::<tokio::JoinError>(), None, None, None],
        ),
        (
            "JoinSet",
            size::<task::JoinSet<u64>>(),
            [
                size::<tokio::JoinSet<u64>>(),
                size::<FuturesUnordered<smol::Task<u64>>>(),
                size::<FuturesUnordered<async_std::JoinHandle<u64>>>(),
                size::<FuturesUnordered<Joining<u64>>>(),
            ],
        ),
        (
            "join_next()",
            of(|| async {
                lent::<&mut task::JoinSet<u64>>().join_next().await;
            }),
            [
                of(|| async {
                    lent::<&mut tokio::JoinSet<u64>>().join_next().await;
                }),
                None,
                None,
                None,
            ],
        ),
        (
            "yield_now()",
            of(task::yield_now),
            [
                of(tokio::yield_now),
                of(smol::future::yield_now),
                of(async_std::yield_now),
                of(embassy_futures::yield_now),
            ],
        ),
        (
            "spawn_blocking()",
            of(|| task::spawn_blocking(|| 1_u64)),
            [
                of(|| tokio::spawn_blocking(|| 1_u64)),
                of(|| smol::unblock(|| 1_u64)),
                of(|| async_std::spawn_blocking(|| 1_u64)),
                None,
            ],
        ),
    ]
}

fn time() -> Rows {
    use portable::time;
    use tokio::time as tokio;

    vec![
        (
            "Instant",
            size::<time::Instant>(),
            [
                size::<tokio::Instant>(),
                size::<std::time::Instant>(),
                size::<std::time::Instant>(),
                size::<embassy_time::Instant>(),
            ],
        ),
        (
            "Sleep",
            size::<time::Sleep>(),
            [
                size::<tokio::Sleep>(),
                size::<smol::Timer>(),
                of(|| async_std::task::sleep(SECOND)),
                size::<embassy_time::Timer>(),
            ],
        ),
        (
            "Timeout",
            size::<time::Timeout<Ready<()>>>(),
            [
                size::<tokio::Timeout<Ready<()>>>(),
                None,
                of(|| async_std::future::timeout(SECOND, ready(()))),
                of(|| embassy_time::with_timeout(embassy_time::Duration::MAX, ready(()))),
            ],
        ),
        (
            "Interval",
            size::<time::Interval>(),
            [
                size::<tokio::Interval>(),
                size::<smol::Timer>(),
                None,
                size::<embassy_time::Ticker>(),
            ],
        ),
        (
            "tick()",
            of(|| async {
                lent::<&mut time::Interval>().tick().await;
            }),
            [
                of(|| async {
                    lent::<&mut tokio::Interval>().tick().await;
                }),
                None,
                None,
                None,
            ],
        ),
    ]
}

fn runtimes() -> Rows {
    use portable::runtime;
    use tokio::runtime as tokio;

    vec![
        (
            "Runtime",
            size::<runtime::Runtime>(),
            [size::<tokio::Runtime>(), None, None, None],
        ),
        (
            "Handle",
            size::<runtime::Handle>(),
            [size::<tokio::Handle>(), None, None, None],
        ),
    ]
}

fn io() -> Rows {
    use async_std::net as async_std;
    use portable::{fs, net, process, signal};
    use smol::net as smol_net;
    use tokio::net as tokio;

    vec![
        (
            "TcpStream",
            size::<net::TcpStream>(),
            [
                size::<tokio::TcpStream>(),
                size::<smol_net::TcpStream>(),
                size::<async_std::TcpStream>(),
                None,
            ],
        ),
        (
            "TcpListener",
            size::<net::TcpListener>(),
            [
                size::<tokio::TcpListener>(),
                size::<smol_net::TcpListener>(),
                size::<async_std::TcpListener>(),
                None,
            ],
        ),
        (
            "connect()",
            of(|| net::TcpStream::connect(ADDRESS)),
            [
                of(|| tokio::TcpStream::connect(ADDRESS)),
                of(|| smol_net::TcpStream::connect(ADDRESS)),
                of(|| async_std::TcpStream::connect(ADDRESS)),
                None,
            ],
        ),
        (
            "accept()",
            of(|| async {
                let _ = lent::<&net::TcpListener>().accept().await;
            }),
            [
                of(|| async {
                    let _ = lent::<&tokio::TcpListener>().accept().await;
                }),
                of(|| async {
                    let _ = lent::<&smol_net::TcpListener>().accept().await;
                }),
                of(|| async {
                    let _ = lent::<&async_std::TcpListener>().accept().await;
                }),
                None,
            ],
        ),
        (
            "File",
            size::<fs::File>(),
            [
                size::<::tokio::fs::File>(),
                size::<smol::fs::File>(),
                size::<async_std_fs::File>(),
                None,
            ],
        ),
        (
            "fs::read()",
            of(|| fs::read("")),
            [
                of(|| ::tokio::fs::read("")),
                of(|| smol::fs::read("")),
                of(|| async_std_fs::read("")),
                None,
            ],
        ),
        (
            "Child",
            size::<process::Child>(),
            [
                size::<::tokio::process::Child>(),
                size::<smol::process::Child>(),
                None,
                None,
            ],
        ),
        (
            "ctrl_c()",
            of(signal::ctrl_c),
            [of(::tokio::signal::ctrl_c), None, None, None],
        ),
        (
            "Signal",
            size::<signal::unix::Signal>(),
            [size::<::tokio::signal::unix::Signal>(), None, None, None],
        ),
    ]
}
