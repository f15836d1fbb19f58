//! Pipes, anonymous and named (contract 20).

use std::fs::{File, OpenOptions};
use std::io::{self, IoSlice, IoSliceMut};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::pin::pin;
use std::process::Command;

use super::tcp::some_bytes;
use super::unix::Directory;
use crate::common::{self, on_both_flavors};
use portable::io::{AsyncReadExt, AsyncWriteExt, Interest};
use portable::net::unix::pipe::{self, Receiver, Sender};
use portable::task;
use portable::time::{Duration, timeout};

on_both_flavors! {
    a_pipe_carries_bytes,
    more_bytes_than_a_pipe_has_room_for_arrive,
    a_read_of_a_pipe_that_is_dropped_loses_nothing,
    a_pipe_without_a_receiver_is_broken,
    trying_on_a_pipe_says_would_block,
    try_io_of_a_pipe_calls_nothing_that_is_not_ready,
    a_named_pipe_is_opened_at_both_ends,
    a_receiver_waits_for_its_first_sender,
    a_receiver_for_both_directions_outlives_its_senders,
    what_is_no_pipe_is_an_error,
    the_wrong_end_is_an_error,
    files_become_nonblocking,
    descriptors_block_for_children,
}

fn named(directory: &Directory) -> PathBuf {
    let path = directory.path("pipe");
    let made = Command::new("mkfifo").arg(&path).status().unwrap();
    assert!(made.success());
    path
}

fn is_nonblocking(fd: impl AsFd) -> bool {
    let flags = rustix::io::fcntl_getfd(&fd).map(drop);
    flags.unwrap();
    let file = File::from(fd.as_fd().try_clone_to_owned().unwrap());
    // The flag belongs to the open file, which `/proc` describes.
    let number = std::os::fd::AsRawFd::as_raw_fd(&file);
    let about = std::fs::read_to_string(format!("/proc/self/fdinfo/{number}")).unwrap();
    let flags = about.lines().find_map(|line| line.strip_prefix("flags:"));
    let flags = u32::from_str_radix(flags.unwrap().trim(), 8).unwrap();
    flags & 0o4000 != 0
}

async fn a_pipe_carries_bytes() {
    let (mut sender, mut receiver) = pipe::pipe().unwrap();
    let reader = task::spawn(async move {
        let mut bytes = Vec::new();
        receiver.read_to_end(&mut bytes).await.unwrap();
        bytes
    });
    sender.write_all(b"hello, ").await.unwrap();
    let vectored = [IoSlice::new(b"wor"), IoSlice::new(b"ld")];
    assert_eq!(sender.write_vectored(&vectored).await.unwrap(), 5);
    sender.flush().await.unwrap();
    drop(sender);
    assert_eq!(reader.await.unwrap(), b"hello, world");
}

async fn more_bytes_than_a_pipe_has_room_for_arrive() {
    let (mut sender, mut receiver) = pipe::pipe().unwrap();
    let bytes = some_bytes(1_000_000);
    let writer = task::spawn({
        let bytes = bytes.clone();
        async move { sender.write_all(&bytes).await.unwrap() }
    });
    let mut received = Vec::new();
    receiver.read_to_end(&mut received).await.unwrap();
    assert!(received == bytes);
    writer.await.unwrap();
}

async fn a_read_of_a_pipe_that_is_dropped_loses_nothing() {
    let (mut sender, mut receiver) = pipe::pipe().unwrap();
    let mut buf = [0; 8];
    for _ in 0..50 {
        assert!(common::poll_once(pin!(receiver.read(&mut buf))).is_pending());
        sender.write_all(b"hello").await.unwrap();
        assert_eq!(receiver.read(&mut buf).await.unwrap(), 5);
    }
}

async fn a_pipe_without_a_receiver_is_broken() {
    let (mut sender, receiver) = pipe::pipe().unwrap();
    drop(receiver);
    let ready = sender.ready(Interest::WRITABLE).await.unwrap();
    assert!(ready.is_writable());
    let error = common::error_of_closed(async || sender.write(b"hello").await).await;
    assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
}

async fn trying_on_a_pipe_says_would_block() {
    let (sender, receiver) = pipe::pipe().unwrap();
    let would_block = |result: io::Result<usize>| {
        assert_eq!(result.unwrap_err().kind(), io::ErrorKind::WouldBlock);
    };
    would_block(receiver.try_read(&mut [0; 8]));
    sender.writable().await.unwrap();
    assert_eq!(sender.try_write(b"hello").unwrap(), 5);
    let vectored = [IoSlice::new(b", wor"), IoSlice::new(b"ld")];
    assert_eq!(sender.try_write_vectored(&vectored).unwrap(), 7);
    receiver.readable().await.unwrap();
    let (mut one, mut other) = ([0; 5], [0; 16]);
    let mut vectored = [IoSliceMut::new(&mut one), IoSliceMut::new(&mut other)];
    assert_eq!(receiver.try_read_vectored(&mut vectored).unwrap(), 12);
    assert_eq!((&one, &other[..7]), (b"hello", &b", world"[..]));
    would_block(receiver.try_read(&mut [0; 8]));
    let waits = timeout(Duration::from_millis(20), receiver.readable()).await;
    assert!(waits.is_err());

    while sender.try_write(&[0; 4096]).is_ok() {}
    would_block(sender.try_write(&[0; 4096]));
    let waits = timeout(Duration::from_millis(20), sender.writable()).await;
    assert!(waits.is_err());
    while receiver.try_read(&mut [0; 4096]).is_ok() {}
    sender.writable().await.unwrap();
    drop(sender);
    receiver.readable().await.unwrap();
    assert_eq!(receiver.try_read(&mut [0; 8]).unwrap(), 0);
}

async fn try_io_of_a_pipe_calls_nothing_that_is_not_ready() {
    let (sender, receiver) = pipe::pipe().unwrap();
    let never = || -> io::Result<()> { panic!("it is not ready") };
    let waits = || io::Result::<()>::Err(io::ErrorKind::WouldBlock.into());
    let would_block = |result: io::Result<()>| {
        assert_eq!(result.unwrap_err().kind(), io::ErrorKind::WouldBlock);
    };
    sender.ready(Interest::WRITABLE).await.unwrap();
    would_block(receiver.try_io(never));
    assert_eq!(sender.try_io(|| Ok(7)).unwrap(), 7);
    would_block(sender.try_io(waits));
    would_block(sender.try_io(never));
    assert_eq!(sender.try_write(b"hello").unwrap_or(5), 5);
    // Where Tokio has not seen that it is writable, nothing was written.
    let receives = timeout(Duration::from_secs(10), receiver.ready(Interest::READABLE)).await;
    receives.unwrap().unwrap();
    assert_eq!(receiver.try_io(|| Ok(7)).unwrap(), 7);
    would_block(receiver.try_io(waits));
    would_block(receiver.try_io(never));
}

async fn a_named_pipe_is_opened_at_both_ends() {
    let directory = Directory::new();
    let path = named(&directory);
    let options = pipe::OpenOptions::new();
    let error = options.open_sender(&path).unwrap_err();
    assert_eq!(
        error.raw_os_error(),
        Some(rustix::io::Errno::NXIO.raw_os_error())
    );
    let mut receiver = options.open_receiver(&path).unwrap();
    for _ in 0..2 {
        let mut sender = options.open_sender(&path).unwrap();
        let (mut first, mut rest) = ([0; 2], Vec::new());
        let mut read = pin!(receiver.read_exact(&mut first));
        assert!(common::poll_once(read.as_mut()).is_pending());
        sender.write_all(b"hello").await.unwrap();
        drop(sender);
        read.await.unwrap();
        receiver.read_to_end(&mut rest).await.unwrap();
        assert_eq!((&first, &rest[..]), (b"he", &b"llo"[..]));
    }
}

async fn a_receiver_waits_for_its_first_sender() {
    let directory = Directory::new();
    let path = named(&directory);
    let options = pipe::OpenOptions::new();
    let mut receiver = options.open_receiver(&path).unwrap();
    let error = receiver.try_read(&mut [0; 8]).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
    #[cfg(feature = "tokio-io")]
    {
        let error = receiver.try_read_buf(&mut Vec::new()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
    }
    let mut buf = [0; 8];
    {
        let mut read = pin!(receiver.read(&mut buf));
        let waits = timeout(Duration::from_millis(20), read.as_mut()).await;
        assert!(waits.is_err());
        let mut sender = options.open_sender(&path).unwrap();
        let waits = timeout(Duration::from_millis(20), read.as_mut()).await;
        assert!(waits.is_err());
        sender.write_all(b"hello").await.unwrap();
        assert_eq!(read.await.unwrap(), 5);
    }
    // The last sender is gone.
    assert_eq!(receiver.read(&mut buf).await.unwrap(), 0);
    assert_eq!(receiver.try_read(&mut buf).unwrap(), 0);
}

async fn a_receiver_for_both_directions_outlives_its_senders() {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        let directory = Directory::new();
        let path = named(&directory);
        let mut both = pipe::OpenOptions::new();
        let mut early = both.read_write(true).open_sender(&path).unwrap();
        early.write_all(b"hello").await.unwrap();
        let mut receiver = both.open_receiver(&path).unwrap();
        drop(early);
        let mut buf = [0; 5];
        receiver.read_exact(&mut buf).await.unwrap();
        assert_eq!(&buf, b"hello");
        {
            let mut read = pin!(receiver.read(&mut buf));
            let waits = timeout(Duration::from_millis(20), read.as_mut()).await;
            assert!(waits.is_err());
            let mut sender = pipe::OpenOptions::new().open_sender(&path).unwrap();
            sender.write_all(b"again").await.unwrap();
            assert_eq!(read.await.unwrap(), 5);
        }
    }
}

async fn what_is_no_pipe_is_an_error() {
    let directory = Directory::new();
    let path = directory.path("file");
    File::create(&path).unwrap();
    let options = pipe::OpenOptions::new();
    let is_clear = |error: io::Error| {
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
        assert!(error.to_string().contains("portable"), "{error}");
    };
    is_clear(options.open_sender(&path).unwrap_err());
    is_clear(options.open_receiver(&path).unwrap_err());
    is_clear(Receiver::from_file(File::open(&path).unwrap()).unwrap_err());
    is_clear(Sender::from_owned_fd(File::create(&path).unwrap().into()).unwrap_err());
    // Not a pipe, but the operating system refuses to watch a file.
    let mut unchecked = pipe::OpenOptions::new();
    unchecked.unchecked(true).open_receiver(&path).unwrap_err();
}

async fn the_wrong_end_is_an_error() {
    let is_clear = |error: io::Error| {
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
        assert!(error.to_string().contains("portable"), "{error}");
    };
    let (reader, writer) = io::pipe().unwrap();
    is_clear(Receiver::from_owned_fd(writer.into()).unwrap_err());
    is_clear(Sender::from_owned_fd(reader.into()).unwrap_err());
}

async fn files_become_nonblocking() {
    #[cfg(target_os = "linux")]
    {
        let (reader, writer) = io::pipe().unwrap();
        assert!(!is_nonblocking(&reader) && !is_nonblocking(&writer));
        let receiver = Receiver::from_owned_fd(reader.into()).unwrap();
        let sender = Sender::from_owned_fd(writer.into()).unwrap();
        assert!(is_nonblocking(&receiver) && is_nonblocking(&sender));
        assert!(is_nonblocking(sender.into_nonblocking_fd().unwrap()));
        assert!(!is_nonblocking(receiver.into_blocking_fd().unwrap()));

        let directory = Directory::new();
        let path = named(&directory);
        let mut options = OpenOptions::new();
        options.read(true).write(true).custom_flags(0o4000);
        let sender = Sender::from_file_unchecked(options.open(&path).unwrap()).unwrap();
        let receiver = Receiver::from_file(options.open(&path).unwrap()).unwrap();
        sender.writable().await.unwrap();
        assert_eq!(sender.try_write(b"hello").unwrap(), 5);
        receiver.readable().await.unwrap();
        assert_eq!(receiver.try_read(&mut [0; 8]).unwrap(), 5);
        let fd: OwnedFd = receiver.into_nonblocking_fd().unwrap();
        Receiver::from_owned_fd_unchecked(fd).unwrap();
    }
}

async fn descriptors_block_for_children() {
    let (sender, mut receiver) = pipe::pipe().unwrap();
    let stdout = sender.into_blocking_fd().unwrap();
    let child = task::spawn_blocking(|| Command::new("echo").arg("hello").stdout(stdout).status());
    let mut text = String::new();
    receiver.read_to_string(&mut text).await.unwrap();
    assert_eq!(text, "hello\n");
    assert!(child.await.unwrap().unwrap().success());
}
