//! The auto traits of every public type and future, the same in every build (docs/contract.md, "The
//! same types in every build").
//! The test is that this file compiles: in the build with no runtime, with each, with all, and with
//! each of the other features.
//! and with each of the other features.

#![allow(unused, unreachable_code, clippy::diverging_sub_expression)]

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

/// A type that is `Send` and `Sync`.
#[derive(Clone)]
struct Shared;

/// A type that is `Send` and not `Sync`.
#[derive(Clone)]
struct Sent(Cell<u8>);

/// A type that is neither.
#[derive(Clone)]
struct Stays(Rc<u8>);

/// A type that is neither `UnwindSafe` nor `RefUnwindSafe`.
struct Torn(&'static mut u8, Cell<u8>);

type SharedFuture = Pin<Box<dyn Future<Output = ()> + Send + Sync>>;
type SentFuture = Pin<Box<dyn Future<Output = ()> + Send>>;
type StaysFuture = Pin<Box<dyn Future<Output = ()>>>;

mod auto {
    use std::panic::{RefUnwindSafe, UnwindSafe};

    pub(crate) fn is_send(_: &impl Send) {}
    pub(crate) fn is_sync(_: &impl Sync) {}
    pub(crate) fn is_unpin(_: &impl Unpin) {}
    pub(crate) fn is_unwind_safe(_: &impl UnwindSafe) {}
    pub(crate) fn is_ref_unwind_safe(_: &impl RefUnwindSafe) {}

    pub(crate) struct Yes;

    /// Declares traits that a type has once, or twice if it has the auto trait. A call of the
    /// method does not compile if the type has it twice.
    macro_rules! once_unless {
        ($($trait:ident: $auto:ident;)*) => {$(
            pub(crate) trait $trait<A> {
                fn it_is_not(&self) {}
            }
            impl<T: ?Sized> $trait<()> for T {}
            impl<T: ?Sized + $auto> $trait<Yes> for T {}
        )*};
    }
    once_unless! {
        NotSend: Send;
        NotSync: Sync;
        NotUnpin: Unpin;
        NotUnwindSafe: UnwindSafe;
        NotRefUnwindSafe: RefUnwindSafe;
    }
}

macro_rules! check {
    ($value:ident) => {};
    ($value:ident ! Send $($rest:tt)*) => { auto::NotSend::it_is_not(&$value); check!($value $($rest)*) };
    ($value:ident ! Sync $($rest:tt)*) => { auto::NotSync::it_is_not(&$value); check!($value $($rest)*) };
    ($value:ident ! Unpin $($rest:tt)*) => { auto::NotUnpin::it_is_not(&$value); check!($value $($rest)*) };
    ($value:ident ! UnwindSafe $($rest:tt)*) => { auto::NotUnwindSafe::it_is_not(&$value); check!($value $($rest)*) };
    ($value:ident ! RefUnwindSafe $($rest:tt)*) => { auto::NotRefUnwindSafe::it_is_not(&$value); check!($value $($rest)*) };
    ($value:ident Send $($rest:tt)*) => { auto::is_send(&$value); check!($value $($rest)*) };
    ($value:ident Sync $($rest:tt)*) => { auto::is_sync(&$value); check!($value $($rest)*) };
    ($value:ident Unpin $($rest:tt)*) => { auto::is_unpin(&$value); check!($value $($rest)*) };
    ($value:ident UnwindSafe $($rest:tt)*) => { auto::is_unwind_safe(&$value); check!($value $($rest)*) };
    ($value:ident RefUnwindSafe $($rest:tt)*) => { auto::is_ref_unwind_safe(&$value); check!($value $($rest)*) };
}

/// Checks the traits of types: `Type: traits;` for each.
macro_rules! types {
    ($($type:ty: $($trait:ident)* $(, not $($not:ident)*)?;)*) => {$(
        const _: fn() = || {
            let value: $type = unreachable!();
            check!(value $($trait)* $($(! $not)*)?);
        };
    )*};
}

/// Checks the traits of the values that calls return: `(arguments) call => traits;` for each.
macro_rules! calls {
    ($(($($arg:ident: $type:ty),*) $call:expr => $($trait:ident)* $(, not $($not:ident)*)?;)*) => {$(
        const _: fn() = || {
            $(let $arg: $type = unreachable!();)*
            let value = $call;
            check!(value $($trait)* $($(! $not)*)?);
        };
    )*};
}

#[cfg(feature = "std")]
mod everywhere {
    use super::*;
    use portable::{runtime, task, time};
    use time::{Duration, Instant};

    types! {
        // The output moves from thread to thread and is never shared.
        task::JoinHandle<Shared>: Send Sync Unpin UnwindSafe RefUnwindSafe;
        task::JoinHandle<Sent>: Send Sync Unpin UnwindSafe RefUnwindSafe;
        task::JoinHandle<Stays>: Unpin UnwindSafe RefUnwindSafe, not Send Sync;
        task::JoinHandle<Torn>: Send Sync Unpin UnwindSafe RefUnwindSafe;
        task::AbortOnDropHandle<Sent>: Send Sync Unpin UnwindSafe RefUnwindSafe;
        task::AbortOnDropHandle<Stays>: Unpin UnwindSafe RefUnwindSafe, not Send Sync;
        task::JoinSet<Shared>: Send Sync Unpin UnwindSafe RefUnwindSafe;
        task::JoinSet<Sent>: Send Sync Unpin UnwindSafe RefUnwindSafe;
        task::JoinSet<Stays>: Unpin UnwindSafe RefUnwindSafe, not Send Sync;
        task::JoinQueue<Sent>: Send Sync Unpin UnwindSafe RefUnwindSafe;
        task::JoinQueue<Stays>: Unpin UnwindSafe RefUnwindSafe, not Send Sync;
        task::LocalSet: Unpin, not Send Sync;
        task::LocalEnterGuard: Unpin, not Send Sync;
        task::AbortOnDrop: Send Sync Unpin UnwindSafe RefUnwindSafe;
        task::AbortHandle: Send Sync Unpin UnwindSafe RefUnwindSafe;
        task::Id: Send Sync Unpin UnwindSafe RefUnwindSafe;
        task::JoinError: Send Sync Unpin UnwindSafe RefUnwindSafe;
        task::PoolFull: Send Sync Unpin UnwindSafe RefUnwindSafe;
        task::Pool<64, 2>: Send Sync Unpin UnwindSafe RefUnwindSafe;
        task::Builder<'static>: Send Sync Unpin UnwindSafe RefUnwindSafe;
        task::AccessError: Send Sync Unpin UnwindSafe RefUnwindSafe;
        task::coop::RestoreOnPending: Unpin, not Send Sync;
        task::coop::Coop<SharedFuture>: Send Sync Unpin;
        task::coop::Coop<SentFuture>: Send Unpin, not Sync;
        task::coop::Coop<StaysFuture>: Unpin, not Send Sync;
        task::coop::Unconstrained<SharedFuture>: Send Sync Unpin;
        task::coop::Unconstrained<SentFuture>: Send Unpin, not Sync;
        task::coop::Unconstrained<StaysFuture>: Unpin, not Send Sync;

        runtime::Runtime: Send Sync Unpin UnwindSafe RefUnwindSafe;
        runtime::Handle: Send Sync Unpin UnwindSafe RefUnwindSafe;
        runtime::Id: Send Sync Unpin UnwindSafe RefUnwindSafe;
        runtime::LocalRuntime: Unpin UnwindSafe RefUnwindSafe, not Send Sync;
        runtime::LocalOptions: Unpin, not Send Sync;
        runtime::EnterGuard<'static>: Sync Unpin UnwindSafe RefUnwindSafe, not Send;
        runtime::TryCurrentError: Send Sync Unpin UnwindSafe RefUnwindSafe;
        runtime::RuntimeMetrics: Send Sync Unpin UnwindSafe RefUnwindSafe;
        runtime::Builder: Send Sync Unpin UnwindSafe RefUnwindSafe;
        runtime::Flavor: Send Sync Unpin UnwindSafe RefUnwindSafe;
        runtime::Any: Send Sync Unpin UnwindSafe RefUnwindSafe;

        time::Sleep: Send Sync UnwindSafe RefUnwindSafe, not Unpin;
        time::Timeout<std::future::Ready<()>>: Send Sync UnwindSafe RefUnwindSafe, not Unpin;
        time::Timeout<SharedFuture>: Send Sync, not Unpin UnwindSafe RefUnwindSafe;
        time::Timeout<SentFuture>: Send, not Sync Unpin;
        time::Timeout<StaysFuture>: , not Send Sync Unpin;
        time::Interval: Send Sync Unpin UnwindSafe RefUnwindSafe;
        time::Instant: Send Sync Unpin UnwindSafe RefUnwindSafe;
        time::MissedTickBehavior: Send Sync Unpin UnwindSafe RefUnwindSafe;
        time::error::Elapsed: Send Sync Unpin UnwindSafe RefUnwindSafe;
    }

    calls! {
        (d: Duration) time::sleep(d) => Send Sync UnwindSafe RefUnwindSafe, not Unpin;
        (i: Instant) time::sleep_until(i) => Send Sync UnwindSafe RefUnwindSafe, not Unpin;
        (d: Duration, f: SharedFuture) time::timeout(d, f) => Send Sync, not Unpin;
        (d: Duration, f: SentFuture) time::timeout(d, f) => Send, not Sync Unpin;
        (d: Duration, f: StaysFuture) time::timeout(d, f) => , not Send Sync Unpin;
        (i: Instant, f: SharedFuture) time::timeout_at(i, f) => Send Sync, not Unpin;
        (it: &'static mut time::Interval) it.tick() => Send Sync, not Unpin;
        (set: &'static mut task::JoinSet<Sent>) set.join_next() => Send Sync, not Unpin;
        (set: &'static mut task::JoinSet<Stays>) set.join_next() => , not Send Sync Unpin;
        (set: &'static mut task::JoinSet<Sent>) set.join_next_with_id() => Send Sync, not Unpin;
        (set: &'static mut task::JoinSet<Sent>) set.shutdown() => Send Sync, not Unpin;
        (set: task::JoinSet<Shared>) set.join_all() => Send Sync, not Unpin;
        (f: SharedFuture) task::unconstrained(f) => Send Sync Unpin;
        (f: SentFuture) task::unconstrained(f) => Send Unpin, not Sync;
        (f: StaysFuture) task::unconstrained(f) => Unpin, not Send Sync;
        (key: &'static task::LocalKey<u32>, f: SharedFuture) key.scope(1, f) => Send Sync, not Unpin;
        (key: &'static task::LocalKey<u32>, f: SentFuture) key.scope(1, f) => Send, not Sync Unpin;
        (key: &'static task::LocalKey<Cell<u32>>, c: Cell<u32>, f: SharedFuture) key.scope(c, f)
            => Send, not Sync Unpin;
        (key: &'static task::LocalKey<Rc<u32>>, c: Rc<u32>, f: SharedFuture) key.scope(c, f)
            => , not Send Sync Unpin;
    }
}

/// The types and functions for microcontrollers.
#[cfg(not(feature = "std"))]
mod without_std {
    use super::*;
    use portable::{task, time};

    types! {
        task::JoinHandle<Sent>: Send Sync Unpin UnwindSafe RefUnwindSafe;
        task::JoinHandle<Stays>: Unpin UnwindSafe RefUnwindSafe, not Send Sync;
        task::AbortOnDrop: Send Sync Unpin UnwindSafe RefUnwindSafe;
        task::AbortHandle: Send Sync Unpin UnwindSafe RefUnwindSafe;
        task::Id: Send Sync Unpin UnwindSafe RefUnwindSafe;
        task::PoolFull: Send Sync Unpin UnwindSafe RefUnwindSafe;
        time::Sleep: Send Sync UnwindSafe RefUnwindSafe, not Unpin;
        time::Timeout<std::future::Ready<()>>: Send Sync UnwindSafe RefUnwindSafe, not Unpin;
        time::Interval: Send Sync Unpin UnwindSafe RefUnwindSafe;
        time::Instant: Send Sync Unpin UnwindSafe RefUnwindSafe;
    }
}

/// The functions that need a runtime.
#[cfg(all(feature = "std", feature = "_runtime"))]
mod with_a_runtime {
    use super::*;
    use portable::task;

    calls! {
        () task::yield_now() => Send Sync, not Unpin;
        () task::consume_budget() => Send Sync, not Unpin;
    }
}

#[cfg(feature = "custom")]
mod custom {
    use super::*;
    use portable::runtime::{Custom, Runnable};

    types! {
        Custom: Send Sync Unpin UnwindSafe RefUnwindSafe;
        Runnable: Send Sync Unpin UnwindSafe RefUnwindSafe;
    }
}

#[cfg(feature = "inspect")]
mod inspect {
    use super::*;
    use portable::runtime::dump;

    types! {
        dump::Dump: Send Sync Unpin UnwindSafe RefUnwindSafe;
        dump::Tasks: Send Sync Unpin UnwindSafe RefUnwindSafe;
        dump::Task: Send Sync Unpin UnwindSafe RefUnwindSafe;
        dump::Kind: Send Sync Unpin UnwindSafe RefUnwindSafe;
        dump::State: Send Sync Unpin UnwindSafe RefUnwindSafe;
        dump::Watchdog: Send Sync Unpin UnwindSafe RefUnwindSafe;
    }
}

#[cfg(feature = "sync")]
mod sync {
    use super::*;
    use portable::{sync, task};

    types! {
        task::TaskTracker: Send Sync Unpin UnwindSafe RefUnwindSafe;
        task::TaskTrackerToken: Send Sync Unpin UnwindSafe RefUnwindSafe;
        sync::Notify: Send Sync Unpin UnwindSafe RefUnwindSafe;
        sync::CancellationToken: Send Sync Unpin UnwindSafe RefUnwindSafe;
        sync::mpsc::Receiver<Sent>: Send Sync Unpin;
        sync::Mutex<Stays>: Unpin, not Send Sync;
    }

    calls! {
        (tracker: &'static task::TaskTracker) tracker.wait() => Send Sync, not Unpin;
        (tracker: task::TaskTracker, f: SharedFuture) tracker.track_future(f) => Send Sync Unpin;
        (tracker: task::TaskTracker, f: SentFuture) tracker.track_future(f) => Send Unpin, not Sync;
    }
}

#[cfg(feature = "io")]
mod io {
    use super::*;
    use portable::io::{self, AsyncBufReadExt};

    types! {
        io::Stdin: Send Sync Unpin UnwindSafe RefUnwindSafe;
        io::StdinLines: Send Sync Unpin UnwindSafe RefUnwindSafe;
        io::Stdout: Send Sync Unpin UnwindSafe RefUnwindSafe;
        io::Stderr: Send Sync Unpin UnwindSafe RefUnwindSafe;
        io::Empty: Send Sync Unpin UnwindSafe RefUnwindSafe;
        io::Repeat: Send Sync Unpin UnwindSafe RefUnwindSafe;
        io::Sink: Send Sync Unpin UnwindSafe RefUnwindSafe;
        io::DuplexStream: Send Sync Unpin UnwindSafe RefUnwindSafe;
        io::SimplexStream: Send Sync Unpin UnwindSafe RefUnwindSafe;
        io::ReadHalf<Sent>: Send Sync Unpin;
        io::WriteHalf<Stays>: Unpin, not Send Sync;
        io::Join<io::Empty, Sent>: Send Unpin, not Sync;
        io::Lines<io::Empty>: Send Sync Unpin UnwindSafe RefUnwindSafe;
        io::Split<io::Empty>: Send Sync Unpin UnwindSafe RefUnwindSafe;
        io::Lines<Sent>: Send Unpin, not Sync;
        io::Split<Stays>: Unpin, not Send Sync;
    }

    calls! {
        (it: &'static io::Stdin, line: &'static mut String) it.read_line(line)
            => Send Sync, not Unpin;
        (it: &'static mut io::StdinLines) it.next_line() => Send Sync, not Unpin;
        (it: &'static mut io::Lines<io::Empty>) it.next_line() => Send Sync, not Unpin;
        (it: &'static mut io::Split<io::Empty>) it.next_segment() => Send Sync, not Unpin;
        (it: &'static mut io::Empty, line: &'static mut String) it.read_line(line)
            => Send Sync Unpin;
        (it: &'static mut io::Empty, bytes: &'static mut Vec<u8>) it.read_until(0, bytes)
            => Send Sync Unpin;
        (it: &'static mut io::Empty) it.fill_buf() => Send Sync Unpin;
        (reader: io::Repeat, writer: io::Sink) io::copy(reader, writer) => Send Sync, not Unpin;
        (reader: io::Empty, writer: io::Sink) io::copy_buf(reader, writer) => Send Sync, not Unpin;
        (a: &'static mut io::DuplexStream, b: &'static mut io::DuplexStream)
            io::copy_bidirectional(a, b) => Send Sync, not Unpin;
        (a: &'static mut io::DuplexStream, b: &'static mut io::DuplexStream)
            io::copy_bidirectional_with_sizes(a, b, 1, 1) => Send Sync, not Unpin;
    }
}

#[cfg(feature = "fs")]
mod fs {
    use super::*;
    use portable::fs;

    types! {
        fs::File: Send Sync Unpin UnwindSafe RefUnwindSafe;
        fs::FileTimes: Send Sync Unpin UnwindSafe RefUnwindSafe;
        fs::OpenOptions: Send Sync Unpin UnwindSafe RefUnwindSafe;
        fs::DirBuilder: Send Sync Unpin UnwindSafe RefUnwindSafe;
        fs::ReadDir: Send Sync Unpin;
        fs::DirEntry: Send Sync Unpin UnwindSafe RefUnwindSafe;
    }

    calls! {
        (path: &'static str) fs::File::open(path) => Send Sync, not Unpin;
        (path: &'static str) fs::File::create(path) => Send Sync, not Unpin;
        (file: &'static fs::File) file.sync_all() => Send Sync, not Unpin;
        (file: &'static fs::File) file.metadata() => Send Sync, not Unpin;
        (file: &'static fs::File) file.set_len(1) => Send Sync, not Unpin;
        (path: &'static str) fs::read(path) => Send Sync, not Unpin;
        (path: &'static str) fs::read_to_string(path) => Send Sync, not Unpin;
        (path: &'static str, bytes: Vec<u8>) fs::write(path, bytes) => Send Sync, not Unpin;
        (path: &'static str) fs::metadata(path) => Send Sync, not Unpin;
        (path: &'static str) fs::create_dir_all(path) => Send Sync, not Unpin;
        (path: &'static str) fs::remove_file(path) => Send Sync, not Unpin;
        (path: &'static str) fs::rename(path, path) => Send Sync, not Unpin;
        (path: &'static str) fs::copy(path, path) => Send Sync, not Unpin;
        (path: &'static str) fs::read_dir(path) => Send Sync, not Unpin;
        (dir: &'static mut fs::ReadDir) dir.next_entry() => Send Sync, not Unpin;
        (entry: &'static fs::DirEntry) entry.metadata() => Send Sync, not Unpin;
    }
}

#[cfg(all(unix, feature = "net"))]
mod net {
    use super::*;
    use portable::{io, net};
    use std::net::SocketAddr;
    use std::os::unix::net::UnixStream as StdStream;

    types! {
        net::TcpListener: Send Sync Unpin UnwindSafe RefUnwindSafe;
        net::TcpSocket: Send Sync Unpin UnwindSafe RefUnwindSafe;
        net::TcpStream: Send Sync Unpin UnwindSafe RefUnwindSafe;
        net::tcp::ReadHalf<'static>: Send Sync Unpin UnwindSafe RefUnwindSafe;
        net::tcp::WriteHalf<'static>: Send Sync Unpin UnwindSafe RefUnwindSafe;
        net::tcp::OwnedReadHalf: Send Sync Unpin UnwindSafe RefUnwindSafe;
        net::tcp::OwnedWriteHalf: Send Sync Unpin UnwindSafe RefUnwindSafe;
        net::tcp::ReuniteError: Send Sync Unpin UnwindSafe RefUnwindSafe;
        net::UdpSocket: Send Sync Unpin UnwindSafe RefUnwindSafe;
        io::Interest: Send Sync Unpin UnwindSafe RefUnwindSafe;
        io::Ready: Send Sync Unpin UnwindSafe RefUnwindSafe;
        io::unix::AsyncFd<StdStream>: Send Sync Unpin UnwindSafe RefUnwindSafe;
        io::unix::AsyncFdReadyGuard<'static, StdStream>: Send Sync Unpin UnwindSafe RefUnwindSafe;
        io::unix::AsyncFdReadyMutGuard<'static, StdStream>: Send Sync Unpin RefUnwindSafe;
        io::unix::TryIoError: Send Sync Unpin UnwindSafe RefUnwindSafe;
        net::UnixDatagram: Send Sync Unpin UnwindSafe RefUnwindSafe;
        net::UnixSocket: Send Sync Unpin UnwindSafe RefUnwindSafe;
        net::unix::SocketAddr: Send Sync Unpin UnwindSafe RefUnwindSafe;
        net::unix::UCred: Send Sync Unpin UnwindSafe RefUnwindSafe;
        net::unix::pipe::OpenOptions: Send Sync Unpin UnwindSafe RefUnwindSafe;
        net::unix::pipe::Receiver: Send Sync Unpin UnwindSafe RefUnwindSafe;
        net::unix::pipe::Sender: Send Sync Unpin UnwindSafe RefUnwindSafe;
        net::UnixListener: Send Sync Unpin UnwindSafe RefUnwindSafe;
        net::UnixStream: Send Sync Unpin UnwindSafe RefUnwindSafe;
        net::unix::OwnedReadHalf: Send Sync Unpin UnwindSafe RefUnwindSafe;
        net::unix::ReadHalf<'static>: Send Sync Unpin UnwindSafe RefUnwindSafe;
        net::unix::WriteHalf<'static>: Send Sync Unpin UnwindSafe RefUnwindSafe;
        net::unix::ReuniteError: Send Sync Unpin UnwindSafe RefUnwindSafe;
        net::unix::OwnedWriteHalf: Send Sync Unpin UnwindSafe RefUnwindSafe;
    }

    calls! {
        (to: SocketAddr) net::TcpListener::bind(to) => Send Sync, not Unpin;
        (to: SocketAddr) net::TcpStream::connect(to) => Send Sync, not Unpin;
        (it: &'static net::TcpListener) it.accept() => Send Sync, not Unpin;
        (it: &'static net::TcpStream) it.readable() => Send Sync, not Unpin;
        (it: &'static net::TcpStream) it.writable() => Send Sync, not Unpin;
        (it: &'static net::TcpStream, buf: &'static mut [u8]) it.peek(buf) => Send Sync, not Unpin;
        (it: &'static net::TcpStream) it.ready(io::Interest::READABLE) => Send Sync, not Unpin;
        (it: &'static net::TcpStream) it.async_io(io::Interest::READABLE, || Ok(()))
            => Send Sync, not Unpin;
        (it: &'static io::unix::AsyncFd<StdStream>) it.readable() => Send Sync, not Unpin;
        (it: &'static mut io::unix::AsyncFd<StdStream>) it.readable_mut()
            => Send Sync, not Unpin;
        (it: &'static io::unix::AsyncFd<StdStream>)
            it.async_io(io::Interest::READABLE, |_| Ok(())) => Send Sync, not Unpin;
        (it: net::UnixSocket) it.connect("a") => Send Sync, not Unpin;
        (to: SocketAddr) net::UdpSocket::bind(to) => Send Sync, not Unpin;
        (it: &'static net::UdpSocket, to: SocketAddr) it.connect(to) => Send Sync, not Unpin;
        (it: &'static net::UdpSocket, buf: &'static mut [u8]) it.recv(buf) => Send Sync, not Unpin;
        (it: &'static net::UdpSocket, buf: &'static mut [u8]) it.recv_from(buf)
            => Send Sync, not Unpin;
        (it: &'static net::UdpSocket, buf: &'static mut [u8]) it.peek_from(buf)
            => Send Sync, not Unpin;
        (it: &'static net::UdpSocket, buf: &'static [u8]) it.send(buf) => Send Sync, not Unpin;
        (it: &'static net::UdpSocket, buf: &'static [u8], to: SocketAddr) it.send_to(buf, to)
            => Send Sync, not Unpin;
        (it: &'static net::UdpSocket) it.readable() => Send Sync, not Unpin;
        (it: &'static net::UdpSocket) it.writable() => Send Sync, not Unpin;
        (path: &'static str) net::UnixStream::connect(path) => Send Sync, not Unpin;
        (it: &'static net::UnixListener) it.accept() => Send Sync, not Unpin;
        (it: &'static net::UnixStream) it.readable() => Send Sync, not Unpin;
        (it: &'static net::UnixStream) it.writable() => Send Sync, not Unpin;
        (it: &'static net::UnixDatagram, buf: &'static mut [u8]) it.recv(buf)
            => Send Sync, not Unpin;
        (it: &'static net::UnixDatagram, buf: &'static mut [u8]) it.recv_from(buf)
            => Send Sync, not Unpin;
        (it: &'static net::UnixDatagram, buf: &'static [u8]) it.send(buf) => Send Sync, not Unpin;
        (it: &'static net::UnixDatagram, buf: &'static [u8]) it.send_to(buf, "a")
            => Send Sync, not Unpin;
        (it: &'static net::UnixDatagram) it.readable() => Send Sync, not Unpin;
        (it: &'static net::UnixDatagram) it.writable() => Send Sync, not Unpin;
        (to: SocketAddr) net::lookup_host(to) => Send Sync, not Unpin;
    }
}

#[cfg(all(unix, feature = "process"))]
mod process {
    use super::*;
    use portable::process;

    types! {
        process::Command: Send Sync Unpin;
        process::Child: Send Sync Unpin UnwindSafe RefUnwindSafe;
        process::ChildStdin: Send Sync Unpin UnwindSafe RefUnwindSafe;
        process::ChildStdout: Send Sync Unpin UnwindSafe RefUnwindSafe;
        process::ChildStderr: Send Sync Unpin UnwindSafe RefUnwindSafe;
    }

    calls! {
        (it: &'static mut process::Child) it.wait() => Send Sync, not Unpin;
        (it: &'static mut process::Child) it.kill() => Send Sync, not Unpin;
        (it: process::Child) it.wait_with_output() => Send Sync, not Unpin;
    }
}

#[cfg(all(unix, feature = "signal"))]
mod signal {
    use super::*;
    use portable::{shutdown, signal, time};

    types! {
        signal::unix::Signal: Send Sync Unpin UnwindSafe RefUnwindSafe;
        signal::unix::SignalKind: Send Sync Unpin UnwindSafe RefUnwindSafe;
        shutdown::Shutdown: Send Sync Unpin UnwindSafe RefUnwindSafe;
        shutdown::Guard: Send Sync Unpin UnwindSafe RefUnwindSafe;
        shutdown::Requested: Send Sync Unpin UnwindSafe RefUnwindSafe;
        shutdown::StillRunning: Send Sync Unpin UnwindSafe RefUnwindSafe;
    }

    calls! {
        // The future of `ctrl_c` may be awaited by reference.
        () signal::ctrl_c() => Send Sync Unpin;
        (it: &'static mut signal::unix::Signal) it.recv() => Send Sync, not Unpin;
        (it: &'static shutdown::Shutdown) it.requested() => Send Sync Unpin;
        (it: &'static shutdown::Shutdown) it.wait() => Send Sync Unpin;
        (it: &'static shutdown::Shutdown, d: time::Duration) it.wait_for(d) => Send Sync, not Unpin;
        (it: &'static shutdown::Shutdown, f: SharedFuture) it.run_until_requested(f)
            => Send Sync, not Unpin;
    }
}

#[test]
fn it_compiles() {}
