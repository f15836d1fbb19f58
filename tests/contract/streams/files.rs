//! Files: written bytes are with the operating system, and errors are its own (contract 18).

// The module has the name of its folder, which is a section of the contract.
#![allow(clippy::module_inception)]

use std::env;
use std::ffi::OsStr;
use std::io::{self, ErrorKind, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::process;
use std::sync::{Arc, mpsc};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::SystemTime;

use crate::common::{
    self, Call, Wakes, on_both_flavors, on_drop, panics_in, program, with_both_builders,
};
use futures::StreamExt;
use futures::channel::oneshot;
use portable::fs::{self, DirBuilder, File, FileTimes, OpenOptions};
use portable::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt, SeekFrom};
use portable::runtime::{Builder, is_rt_shutdown_err};
use portable::task;
use portable::time::Duration;
use tempfile::TempDir;

on_both_flavors! {
    a_write_that_returned_can_be_seen_at_once,
    what_was_written_can_be_read,
    a_write_of_several_slices_is_one,
    no_more_is_read_than_was_asked_for,
    a_read_at_the_end_gives_nothing_until_there_is_more,
    a_small_size_of_the_buffer_loses_nothing,
    whole_files_are_as_those_of_std,
    times_of_a_file_are_set,
    descriptors_become_files,
    links_and_directories_are_as_those_of_std,
    all_entries_of_a_directory_are_given,
    files_work_on_any_thread_and_executor,
    errors_have_the_kind_and_the_code_of_std,
    text_that_is_not_utf_8_is_an_error,
    a_waker_that_panics_hurts_no_file,
}

with_both_builders! {
    it_does_what_the_file_of_std_does,
    after_a_cancelled_read_the_next_gives_the_bytes,
    after_a_cancelled_read_a_write_goes_where_it_would,
    after_a_cancelled_read_a_seek_goes_where_it_would,
    after_a_cancelled_read_others_find_the_position,
    a_cancelled_write_that_is_tried_again_writes_once,
    a_cancelled_write_and_another_are_in_order,
    in_a_destructor_at_the_end_a_file_gives_an_error,
    a_write_that_waits_for_a_thread_at_the_end_gives_an_error,
}

/// A directory that is removed when the value is dropped.
struct Dir(TempDir);

impl Dir {
    fn new() -> Self {
        // A program of a test may exit without removing its directory, which is therefore inside
        // the test's.
        let outer = env::var_os(PATH).map_or_else(env::temp_dir, |file| {
            Path::new(&file).parent().unwrap().to_path_buf()
        });
        Self(tempfile::tempdir_in(outer).unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn file(&self) -> PathBuf {
        self.path().join("file")
    }

    async fn opened(&self, bytes: &[u8]) -> File {
        std::fs::write(self.file(), bytes).unwrap();
        let mut options = File::options();
        options.read(true).write(true);
        options.open(self.file()).await.unwrap()
    }

    fn bytes(&self) -> Vec<u8> {
        std::fs::read(self.file()).unwrap()
    }
}

/// Runs a test whose operations wait for the only thread, so that they are certain to be cancelled
/// in time.
fn on_one_blocking_thread(mut builder: Builder, test: impl Future<Output = ()>) {
    let runtime = builder.max_blocking_threads(1).build().unwrap();
    runtime.block_on(test);
}

/// Polls an operation once while the only thread is busy, and drops it. The operation goes on.
async fn cancel_queued(future: impl Future<Output: std::fmt::Debug>) {
    if let Poll::Ready(output) = poll_queued(future).await {
        panic!("it is done before it can be cancelled: {output:?}");
    }
}

/// Does the same with an operation that may be done, because one that was cancelled did it.
async fn poll_queued<T>(future: impl Future<Output = T>) -> Poll<T> {
    let (started, is_started) = oneshot::channel();
    let (release, is_released) = mpsc::channel::<()>();
    let blocked = task::spawn_blocking(move || {
        started.send(()).unwrap();
        is_released.recv().unwrap();
    });
    is_started.await.unwrap();
    let polled = common::poll_once(pin!(future));
    release.send(()).unwrap();
    blocked.await.unwrap();
    polled
}

/// Polls once and drops an operation that is done by another thread, and later.
#[track_caller]
fn cancel(future: impl Future<Output: std::fmt::Debug>) {
    if let Poll::Ready(output) = common::poll_once(pin!(future)) {
        panic!("it is done before it can be cancelled: {output:?}");
    }
}

async fn a_write_that_returned_can_be_seen_at_once() {
    let dir = Dir::new();
    for n in 0..200 {
        let mut file = File::create(dir.file()).await.unwrap();
        file.write_all(b"to be").await.unwrap();
        file.write_all(&[7; 1000]).await.unwrap();
        if n % 2 == 0 {
            drop(file);
        }
        assert_eq!(std::fs::metadata(dir.file()).unwrap().len(), 1005);
    }
    let big = vec![8; 5 * 1024 * 1024];
    let mut file = File::create(dir.file()).await.unwrap();
    file.write_all(&big).await.unwrap();
    assert_eq!(dir.bytes(), big);
}

async fn what_was_written_can_be_read() {
    let dir = Dir::new();
    let bytes: Vec<u8> = (0..5 * 1024 * 1024_u32).map(|n| (n / 7) as u8).collect();
    let mut file = dir.opened(b"").await;
    file.write_all(&bytes).await.unwrap();
    assert_eq!(file.seek(SeekFrom::Start(0)).await.unwrap(), 0);
    let mut read = Vec::new();
    file.read_to_end(&mut read).await.unwrap();
    assert_eq!(read, bytes);
    file.close().await.unwrap();
}

async fn a_write_of_several_slices_is_one() {
    let dir = Dir::new();
    let mut file = dir.opened(b"").await;
    let slices = ["to", "", " ", "be"].map(|text| io::IoSlice::new(text.as_bytes()));
    assert_eq!(file.write_vectored(&slices).await.unwrap(), 5);
    assert_eq!(file.write_vectored(&[]).await.unwrap(), 0);
    assert_eq!(file.write(b"").await.unwrap(), 0);
    file.set_max_buf_size(4);
    assert_eq!(file.write_vectored(&slices).await.unwrap(), 4);
    assert_eq!(dir.bytes(), b"to beto b");
}

async fn no_more_is_read_than_was_asked_for() {
    let dir = Dir::new();
    let mut file = dir.opened(b"to be or not").await;
    let mut clone = file.try_clone().await.unwrap();
    let mut two = [0; 2];
    assert_eq!(file.read(&mut []).await.unwrap(), 0);
    assert_eq!(file.read(&mut two).await.unwrap(), 2);
    assert_eq!(clone.stream_position().await, 2);
    assert_eq!(clone.read(&mut two).await.unwrap(), 2);
    assert_eq!(file.stream_position().await, 4);
}

trait Position {
    async fn stream_position(&mut self) -> u64;
}

impl Position for File {
    async fn stream_position(&mut self) -> u64 {
        self.seek(SeekFrom::Current(0)).await.unwrap()
    }
}

async fn a_read_at_the_end_gives_nothing_until_there_is_more() {
    let dir = Dir::new();
    let mut file = dir.opened(b"to").await;
    let mut text = [0; 8];
    assert_eq!(file.read(&mut text).await.unwrap(), 2);
    for _ in 0..3 {
        assert_eq!(file.read(&mut text).await.unwrap(), 0);
    }
    let mut other = OpenOptions::new()
        .append(true)
        .open(dir.file())
        .await
        .unwrap();
    other.write_all(b" be").await.unwrap();
    assert_eq!(file.read(&mut text).await.unwrap(), 3);
    assert_eq!(&text[..3], b" be");
}

/// A generator of pseudo-random numbers, the same each time.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (self.0 >> 33) % limit
    }

    fn bytes(&mut self, most: u64) -> Vec<u8> {
        (0..self.below(most) + 1)
            .map(|_| self.below(256) as u8)
            .collect()
    }

    fn place(&mut self) -> SeekFrom {
        match self.below(3) {
            0 => SeekFrom::Start(self.below(200)),
            1 => SeekFrom::Current(self.below(60) as i64 - 30),
            _ => SeekFrom::End(self.below(60) as i64 - 50),
        }
    }
}

fn same<T: PartialEq + std::fmt::Debug>(ours: &io::Result<T>, stds: &io::Result<T>, what: &str) {
    match (ours, stds) {
        (Ok(ours), Ok(stds)) => assert_eq!(ours, stds, "{what}"),
        (Err(ours), Err(stds)) => {
            assert_eq!(ours.kind(), stds.kind(), "{what}");
            assert_eq!(ours.raw_os_error(), stds.raw_os_error(), "{what}");
        }
        _ => panic!("{what}: {ours:?}, and of std {stds:?}"),
    }
}

/// A cancelled read or seek has no effect, and a cancelled write is done.
fn it_does_what_the_file_of_std_does(builder: Builder) {
    on_one_blocking_thread(builder, async {
        let dir = Dir::new();
        let model_path = dir.path().join("model");
        let mut random = Random(0x5eed);
        for round in 0..20 {
            let mut file = dir.opened(b"to be or not to be").await;
            std::fs::write(&model_path, b"to be or not to be").unwrap();
            let mut model = std::fs::File::options()
                .read(true)
                .write(true)
                .open(&model_path)
                .unwrap();
            let max = [7, 64, 4096][round % 3];
            file.set_max_buf_size(max);
            for step in 0..100 {
                let at = format!("round {round}, step {step}");
                // The bytes that a dropped future has written.
                let mut left = Vec::new();
                match random.below(6) {
                    0 => {
                        let (mut ours, mut stds) = ([0; 20], [0; 20]);
                        if let Poll::Ready(read) = poll_queued(file.read(&mut ours)).await {
                            let wanted = model.read(&mut stds[..20.min(max)]);
                            same(&read, &wanted, &at);
                            assert_eq!(ours, stds, "{at}");
                        }
                    }
                    1 => {
                        let bytes = random.bytes(40);
                        cancel_queued(file.write(&bytes)).await;
                        left = bytes[..bytes.len().min(max)].to_vec();
                        assert_eq!(model.write(&left).unwrap(), left.len());
                    }
                    _ => {}
                }
                match random.below(7) {
                    0 | 1 => {
                        let len = random.below(50) as usize + 1;
                        let (mut ours, mut stds) = (vec![0; len], vec![0; len]);
                        let read = file.read(&mut ours).await;
                        let wanted = model.read(&mut stds[..len.min(max)]);
                        // A longer read after a cancelled one of 20 bytes may return only those.
                        if let (Ok(read), Ok(wanted)) = (&read, &wanted)
                            && *read == 20.min(max)
                            && wanted > read
                        {
                            assert_eq!(ours[..*read], stds[..*read], "{at}");
                            let back = *read as i64 - *wanted as i64;
                            model.seek(SeekFrom::Current(back)).unwrap();
                            continue;
                        }
                        same(&read, &wanted, &at);
                        assert_eq!(ours, stds, "{at}");
                    }
                    2 | 3 => {
                        let bytes = random.bytes(40);
                        let ours = file.write(&bytes).await;
                        if !left.is_empty() && bytes.starts_with(&left) {
                            assert_eq!(ours.unwrap(), left.len(), "{at}");
                        } else {
                            same(&ours, &model.write(&bytes[..bytes.len().min(max)]), &at);
                        }
                    }
                    4 => {
                        let to = random.place();
                        same(&file.seek(to).await, &model.seek(to), &at);
                    }
                    5 => {
                        let len = random.below(150);
                        same(&file.set_len(len).await, &model.set_len(len), &at);
                    }
                    _ => {
                        file.flush().await.unwrap();
                        let len = file.metadata().await.map(|metadata| metadata.len());
                        same(&len, &model.metadata().map(|metadata| metadata.len()), &at);
                    }
                }
                assert_eq!(dir.bytes(), std::fs::read(&model_path).unwrap(), "{at}");
            }
            let mut std = file.into_std().await;
            assert_eq!(
                std.stream_position().unwrap(),
                model.stream_position().unwrap()
            );
        }
    });
}

fn after_a_cancelled_read_the_next_gives_the_bytes(builder: Builder) {
    on_one_blocking_thread(builder, async {
        let dir = Dir::new();
        for _ in 0..50 {
            let mut file = dir.opened(b"to be or not").await;
            cancel_queued(file.read(&mut [0; 5])).await;
            let mut text = [0; 3];
            file.read_exact(&mut text).await.unwrap();
            assert_eq!(&text, b"to ");
            let mut rest = String::new();
            file.read_to_string(&mut rest).await.unwrap();
            assert_eq!(rest, "be or not");
        }
    });
}

fn after_a_cancelled_read_a_write_goes_where_it_would(builder: Builder) {
    on_one_blocking_thread(builder, async {
        let dir = Dir::new();
        for _ in 0..50 {
            let mut file = dir.opened(b"to be or not").await;
            file.read_exact(&mut [0; 3]).await.unwrap();
            cancel_queued(file.read(&mut [0; 5])).await;
            file.write_all(b"do").await.unwrap();
            assert_eq!(dir.bytes(), b"to do or not");
            let mut rest = String::new();
            file.read_to_string(&mut rest).await.unwrap();
            assert_eq!(rest, " or not");
        }
    });
}

fn after_a_cancelled_read_a_seek_goes_where_it_would(builder: Builder) {
    on_one_blocking_thread(builder, async {
        let dir = Dir::new();
        for _ in 0..50 {
            let mut file = dir.opened(b"to be or not").await;
            cancel_queued(file.read(&mut [0; 5])).await;
            assert_eq!(file.seek(SeekFrom::Current(1)).await.unwrap(), 1);
            cancel_queued(file.read(&mut [0; 5])).await;
            assert_eq!(file.seek(SeekFrom::End(-3)).await.unwrap(), 9);
            let mut rest = String::new();
            file.read_to_string(&mut rest).await.unwrap();
            assert_eq!(rest, "not");
            // A seek that fails moves nothing.
            file.seek(SeekFrom::Start(6)).await.unwrap();
            cancel_queued(file.read(&mut [0; 2])).await;
            let error = file.seek(SeekFrom::Current(-100)).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
            assert_eq!(file.stream_position().await, 6);
        }
    });
}

fn after_a_cancelled_read_others_find_the_position(builder: Builder) {
    on_one_blocking_thread(builder, async {
        let dir = Dir::new();
        for _ in 0..20 {
            let mut file = dir.opened(b"to be or not").await;
            cancel_queued(file.read(&mut [0; 5])).await;
            let mut clone = file.try_clone().await.unwrap();
            assert_eq!(clone.stream_position().await, 0);
            cancel_queued(file.read(&mut [0; 5])).await;
            file.set_len(2).await.unwrap();
            let mut text = [0; 8];
            assert_eq!(file.read(&mut text).await.unwrap(), 2);
            assert_eq!(file.read(&mut text).await.unwrap(), 0);
            file.seek(SeekFrom::Start(1)).await.unwrap();
            cancel_queued(file.read(&mut [0; 5])).await;
            let mut std = file.into_std().await;
            assert_eq!(std.stream_position().unwrap(), 1);
        }
    });
}

fn a_cancelled_write_that_is_tried_again_writes_once(builder: Builder) {
    on_one_blocking_thread(builder, async {
        let dir = Dir::new();
        for _ in 0..50 {
            let mut file = dir.opened(b"").await;
            let mut text = Vec::from("to be");
            cancel_queued(file.write(&text)).await;
            file.flush().await.unwrap();
            file.sync_data().await.unwrap();
            assert_eq!(dir.bytes(), text);
            assert_eq!(file.write(&text).await.unwrap(), 5);
            assert_eq!(dir.bytes(), text);
            // A `BufWriter` that got more bytes in the meantime tries again with all of them.
            cancel_queued(file.write(&text)).await;
            text.extend(b" or not");
            file.write_all(&text).await.unwrap();
            assert_eq!(dir.bytes(), b"to beto be or not");
            // The cancelled write has been reported, so this one is a new write.
            file.write_all(&text).await.unwrap();
            assert_eq!(dir.bytes(), b"to beto be or notto be or not");
        }
    });
}

fn a_cancelled_write_and_another_are_in_order(builder: Builder) {
    on_one_blocking_thread(builder, async {
        let dir = Dir::new();
        for _ in 0..50 {
            let mut file = dir.opened(b"").await;
            cancel_queued(file.write(b"to ")).await;
            file.write_all(b"be").await.unwrap();
            cancel_queued(file.write(b" or")).await;
            assert_eq!(file.stream_position().await, 8);
            file.write_all(b" or").await.unwrap();
            assert_eq!(dir.bytes(), b"to be or or");
            cancel_queued(file.seek(SeekFrom::Start(3))).await;
            file.seek(SeekFrom::Start(0)).await.unwrap();
            file.write_all(b"do").await.unwrap();
            assert_eq!(dir.bytes(), b"do be or or");
        }
    });
}

async fn a_small_size_of_the_buffer_loses_nothing() {
    let dir = Dir::new();
    let mut file = dir.opened(b"").await;
    assert_eq!(file.max_buf_size(), 2 * 1024 * 1024);
    file.set_max_buf_size(3);
    assert_eq!(file.write(b"to be").await.unwrap(), 3);
    file.write_all(b"be or not").await.unwrap();
    file.seek(SeekFrom::Start(0)).await.unwrap();
    assert_eq!(file.read(&mut [0; 9]).await.unwrap(), 3);
    let mut rest = String::new();
    file.read_to_string(&mut rest).await.unwrap();
    assert_eq!(rest, "be or not");
    let text = common::panic_of(|| file.set_max_buf_size(0));
    assert_eq!(text, "`max_buf_size` must be greater than 0");
}

async fn whole_files_are_as_those_of_std() {
    let dir = Dir::new();
    let (path, other) = (dir.file(), dir.path().join("other"));
    fs::write(&path, "to be").await.unwrap();
    assert_eq!(fs::read(&path).await.unwrap(), b"to be");
    assert_eq!(fs::read_to_string(&path).await.unwrap(), "to be");
    assert_eq!(fs::copy(&path, &other).await.unwrap(), 5);
    assert_eq!(std::fs::read(&other).unwrap(), b"to be");
    fs::write(&path, "do").await.unwrap();
    assert_eq!(dir.bytes(), b"do");
    fs::rename(&path, &other).await.unwrap();
    assert!(!fs::try_exists(&path).await.unwrap());
    assert_eq!(fs::metadata(&other).await.unwrap().len(), 2);
    assert_eq!(
        fs::canonicalize(&other).await.unwrap(),
        std::fs::canonicalize(&other).unwrap()
    );
    fs::remove_file(&other).await.unwrap();
    assert!(!other.exists());
    let mut new = File::create_new(&path).await.unwrap();
    new.write_all(b"new").await.unwrap();
    new.sync_all().await.unwrap();
    let error = File::create_new(&path).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    drop(File::create(&path).await.unwrap());
    assert_eq!(dir.bytes(), b"");
}

async fn links_and_directories_are_as_those_of_std() {
    let dir = Dir::new();
    let deep = dir.path().join("a/b/c");
    assert_eq!(
        fs::create_dir(&deep).await.unwrap_err().kind(),
        ErrorKind::NotFound
    );
    fs::create_dir_all(&deep).await.unwrap();
    DirBuilder::new()
        .recursive(true)
        .create(&deep)
        .await
        .unwrap();
    DirBuilder::new().create(deep.join("d")).await.unwrap();
    assert!(deep.join("d").is_dir());
    fs::remove_dir(deep.join("d")).await.unwrap();
    let error = fs::remove_dir(dir.path().join("a")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::DirectoryNotEmpty);
    fs::remove_dir_all(dir.path().join("a")).await.unwrap();
    assert!(!dir.path().join("a").exists());

    let (path, link) = (dir.file(), dir.path().join("link"));
    fs::write(&path, "to be").await.unwrap();
    fs::hard_link(&path, &link).await.unwrap();
    assert_eq!(std::fs::read(&link).unwrap(), b"to be");
    #[cfg(unix)]
    {
        fs::remove_file(&link).await.unwrap();
        fs::symlink(&path, &link).await.unwrap();
        assert_eq!(fs::read_link(&link).await.unwrap(), path);
        assert!(fs::symlink_metadata(&link).await.unwrap().is_symlink());
        assert!(fs::metadata(&link).await.unwrap().is_file());
    }
}

async fn all_entries_of_a_directory_are_given() {
    let dir = Dir::new();
    for n in 0..100 {
        std::fs::write(dir.path().join(format!("{n}")), "").unwrap();
    }
    std::fs::create_dir(dir.path().join("100")).unwrap();
    let mut entries = fs::read_dir(dir.path()).await.unwrap();
    let mut numbers = Vec::new();
    loop {
        // A cancelled `next_entry` takes no entry.
        let once = common::poll_once(pin!(entries.next_entry()));
        let entry = match once {
            Poll::Ready(entry) => entry,
            Poll::Pending => entries.next_entry().await,
        };
        let Some(entry) = entry.unwrap() else { break };
        let name = entry.file_name().into_string().unwrap();
        assert_eq!(entry.path(), dir.path().join(&name));
        assert_eq!(entry.file_type().await.unwrap().is_dir(), name == "100");
        let metadata = entry.metadata().await.unwrap();
        assert_eq!(metadata.is_dir(), name == "100");
        #[cfg(unix)]
        assert_eq!(entry.ino(), std::os::unix::fs::MetadataExt::ino(&metadata));
        numbers.push(name.parse::<u32>().unwrap());
    }
    assert!(entries.next_entry().await.unwrap().is_none());
    numbers.sort_unstable();
    assert_eq!(numbers, Vec::from_iter(0..101));
}

async fn files_work_on_any_thread_and_executor() {
    let dir = Dir::new();
    let path = dir.file();
    let use_it = async |path: PathBuf| {
        let mut file = File::create(&path).await.unwrap();
        file.write_all(b"to be").await.unwrap();
        assert_eq!(fs::read(&path).await.unwrap(), b"to be");
    };
    let at = path.clone();
    thread::spawn(move || {
        portable::block_on(use_it(at.clone()));
        common::block_on(use_it(at));
    })
    .join()
    .unwrap();
    let at = path.clone();
    task::spawn_blocking(move || portable::block_on(use_it(at)))
        .await
        .unwrap();
    // The file is opened here and used on another thread.
    let mut file = dir.opened(b"to be").await;
    thread::spawn(move || {
        common::block_on(async {
            file.read_exact(&mut [0; 3]).await.unwrap();
            file.write_all(b"do").await.unwrap();
        });
    })
    .join()
    .unwrap();
    assert_eq!(dir.bytes(), b"to do");
}

async fn errors_have_the_kind_and_the_code_of_std() {
    let dir = Dir::new();
    let missing = dir.path().join("missing");
    std::fs::write(dir.file(), "").unwrap();
    let below_a_file = dir.file().join("below");
    for path in [&missing, &below_a_file, Path::new("a\0b"), Path::new("")] {
        let what = &format!("{path:?}");
        let (opened, stds) = (File::open(path).await, std::fs::File::open(path));
        same(&opened.map(drop), &stds.map(drop), what);
        same(&fs::read(path).await, &std::fs::read(path), what);
        same(
            &fs::read_to_string(path).await,
            &std::fs::read_to_string(path),
            what,
        );
        same(
            &fs::metadata(path).await.map(drop),
            &std::fs::metadata(path).map(drop),
            what,
        );
        same(
            &fs::read_dir(path).await.map(drop),
            &std::fs::read_dir(path).map(drop),
            what,
        );
        same(
            &fs::remove_file(path).await,
            &std::fs::remove_file(path),
            what,
        );
        same(
            &fs::remove_dir(path).await,
            &std::fs::remove_dir(path),
            what,
        );
        same(
            &fs::rename(path, &missing).await,
            &std::fs::rename(path, &missing),
            what,
        );
        same(
            &fs::copy(path, &missing).await,
            &std::fs::copy(path, &missing),
            what,
        );
        same(
            &fs::canonicalize(path).await,
            &std::fs::canonicalize(path),
            what,
        );
        same(&fs::try_exists(path).await, &std::fs::exists(path), what);
        same(&fs::read_link(path).await, &std::fs::read_link(path), what);
    }
    let (opened, stds) = (
        OpenOptions::new().open(dir.file()).await,
        std::fs::OpenOptions::new().open(dir.file()),
    );
    same(&opened.map(drop), &stds.map(drop), "no options");
    // These files were not opened for writing.
    let (mut file, mut std) = (
        File::open(dir.file()).await.unwrap(),
        std::fs::File::open(dir.file()).unwrap(),
    );
    same(&file.write(b"x").await, &std.write(b"x"), "write");
    same(&file.set_len(1).await, &std.set_len(1), "set_len");
    let (mut file, mut std) = (
        File::create(dir.file()).await.unwrap(),
        std::fs::File::create(dir.file()).unwrap(),
    );
    same(
        &file.read(&mut [0; 4]).await,
        &std.read(&mut [0; 4]),
        "read",
    );
}

async fn text_that_is_not_utf_8_is_an_error() {
    let dir = Dir::new();
    std::fs::write(dir.file(), b"\xff").unwrap();
    let error = fs::read_to_string(dir.file()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidData);
}

fn in_a_destructor_at_the_end_a_file_gives_an_error(mut builder: Builder) {
    let dir = Dir::new();
    let runtime = builder.build().unwrap();
    let (told, is_told) = mpsc::channel();
    let file = runtime.block_on(dir.opened(b"to be"));
    runtime.block_on(async {
        let guard = on_drop(move || {
            let mut file = file;
            let read = common::block_on(file.read(&mut [0; 2]));
            let written = common::block_on(file.write(b"x"));
            let sought = common::block_on(file.seek(SeekFrom::Start(0)));
            let opened = common::block_on(File::open("Cargo.toml"));
            let errors = [
                read.map(drop),
                written.map(drop),
                sought.map(drop),
                opened.map(drop),
            ];
            told.send(errors.map(|error| error.unwrap_err().to_string()))
                .unwrap();
        });
        common::spawn_waiting(guard).await;
    });
    drop(runtime);
    for text in is_told.recv().expect("it does not panic") {
        assert!(text.contains("portable: the runtime has ended"), "{text}");
    }
    assert_eq!(dir.bytes(), b"to be");
}

fn a_write_that_waits_for_a_thread_at_the_end_gives_an_error(mut builder: Builder) {
    let dir = Dir::new();
    let runtime = builder.max_blocking_threads(1).build().unwrap();
    let (started, is_started) = mpsc::channel();
    let (release, is_released) = mpsc::channel::<()>();
    let mut file = runtime.block_on(dir.opened(b"to be"));
    runtime.spawn_blocking(move || {
        started.send(()).unwrap();
        is_released.recv().unwrap();
    });
    is_started.recv().unwrap();
    runtime.block_on(async { cancel(file.write(b"do")) });
    runtime.shutdown_timeout(Duration::ZERO);
    release.send(()).unwrap();
    let error = common::block_on(file.flush()).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("portable: the runtime has ended"),
        "{error}"
    );
    assert!(is_rt_shutdown_err(&error));
    // The file goes on where there is a runtime.
    common::block_on(file.write_all(b"do")).unwrap();
    assert_eq!(dir.bytes(), b"do be");
}

/// The variable with the path to which the programs below write.
const PATH: &str = "PORTABLE_TEST_FILE";

async fn write_and_drop() {
    let path = env::var_os(PATH).unwrap();
    for bytes in [&b"to be"[..], &[7; 3_000_000]] {
        let mut file = OpenOptions::new()
            .append(true)
            .create(true)
            .open(&path)
            .await
            .unwrap();
        file.write_all(bytes).await.unwrap();
    }
}

#[track_caller]
fn is_all_there(dir: &Dir) {
    let bytes = dir.bytes();
    assert_eq!(bytes.len(), 3_000_005);
    assert!(bytes.starts_with(b"to be"));
    std::fs::remove_file(dir.file()).unwrap();
}

#[test]
fn what_was_written_outlives_a_main_that_returns() {
    #[portable::main(flavor = "multi_thread")]
    async fn main() {
        write_and_drop().await;
    }

    let dir = Dir::new();
    let program = program!("what_was_written_outlives_a_main_that_returns").env(PATH, dir.file());
    program.run(main, |outcome| {
        outcome.printed(&[]);
        is_all_there(&dir);
    });
}

#[test]
fn what_was_written_outlives_a_current_thread_main_that_returns() {
    #[portable::main(flavor = "current_thread")]
    async fn main() {
        portable::spawn(write_and_drop()).await.unwrap();
    }

    let dir = Dir::new();
    let program = program!("what_was_written_outlives_a_current_thread_main_that_returns");
    program.env(PATH, dir.file()).run(main, |outcome| {
        outcome.printed(&[]);
        is_all_there(&dir);
    });
}

#[test]
fn what_was_written_outlives_an_exit() {
    #[portable::main]
    async fn main() {
        write_and_drop().await;
        process::exit(0);
    }

    let dir = Dir::new();
    let program = program!("what_was_written_outlives_an_exit").env(PATH, dir.file());
    program.run(main, |outcome| {
        outcome.printed(&[]);
        is_all_there(&dir);
    });
}

/// The error is about the missing descriptor, and with a free one the call works.
#[cfg(unix)]
#[test]
fn with_no_descriptor_left_the_error_says_so() {
    #[portable::main]
    async fn main() {
        let mut files = Vec::new();
        let error = loop {
            match File::open("/dev/null").await {
                Ok(file) => files.push(file),
                Err(error) => break error,
            }
        };
        println!("{:?}", error.raw_os_error());
        let cloned = files[0].try_clone().await;
        println!("{:?}", cloned.unwrap_err().raw_os_error());
        println!("{:?}", fs::read_dir("/").await.unwrap_err().raw_os_error());
        files.truncate(2);
        println!("{:?}", File::open("/dev/null").await.is_ok());
        println!("{:?}", files[0].read(&mut [0; 4]).await);
    }

    let program = program!("with_no_descriptor_left_the_error_says_so");
    program.by_shell("ulimit -n 100", "").run(main, |outcome| {
        outcome.printed(&["Some(24)", "Some(24)", "Some(24)", "true", "Ok(0)"]);
    });
}

/// Tests that need a pipe, a full disk or permissions.
#[cfg(unix)]
mod unix {
    use super::*;

    on_both_flavors! {
        a_path_need_not_be_utf_8,
        a_descriptor_that_does_not_block_is_waited_for,
        a_reader_that_goes_while_a_write_waits_is_an_error,
        what_a_cancelled_wait_reads_and_writes_is_kept,
        a_cancelled_read_of_a_pipe_keeps_its_bytes,
        a_cancelled_write_to_a_pipe_that_is_full_is_taken_up,
        the_error_of_a_cancelled_write_is_given_by_the_next_operation,
        several_may_wait_for_a_cancelled_write,
        what_a_cancelled_read_of_a_pipe_read_is_there_after_a_write,
        the_file_of_std_comes_back_when_the_job_is_done,
        options_and_permissions_are_those_asked_for,
    }

    with_both_builders! {
        an_error_is_given_by_the_write_itself,
        a_directory_opens_and_does_not_read,
    }

    fn an_error_is_given_by_the_write_itself(builder: Builder) {
        on_one_blocking_thread(builder, async {
            let mut file = OpenOptions::new()
                .write(true)
                .open("/dev/full")
                .await
                .unwrap();
            for _ in 0..3 {
                let error = file.write(b"to be").await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::StorageFull);
                assert_eq!(error.raw_os_error(), Some(28));
                // The error is reported once.
                file.flush().await.unwrap();
            }
            let error = file.write_all(b"to be").await.unwrap_err();
            assert_eq!(error.raw_os_error(), Some(28));
            cancel_queued(file.write(b"to be")).await;
            let error = file.sync_all().await.unwrap_err();
            assert_eq!(error.raw_os_error(), Some(28));
            let error = fs::write("/dev/full", "to be").await.unwrap_err();
            assert_eq!(error.raw_os_error(), Some(28));
        });
    }

    fn a_directory_opens_and_does_not_read(builder: Builder) {
        on_one_blocking_thread(builder, async {
            let dir = Dir::new();
            let mut file = File::open(dir.path()).await.unwrap();
            let mut std = std::fs::File::open(dir.path()).unwrap();
            let error = file.read(&mut [0; 4]).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::IsADirectory);
            same(&Err::<usize, _>(error), &std.read(&mut [0; 4]), "read");
            // The next read reports the error of the cancelled one, and no other operation does.
            cancel_queued(file.read(&mut [0; 4])).await;
            assert!(file.metadata().await.unwrap().is_dir());
            same(
                &file.read(&mut [0; 4]).await,
                &std.read(&mut [0; 4]),
                "read",
            );
            let error = File::create(dir.path()).await.unwrap_err();
            same(
                &Err(error),
                &std::fs::File::create(dir.path()).map(drop),
                "create",
            );
            same(
                &fs::write(dir.path(), "").await,
                &std::fs::write(dir.path(), ""),
                "write",
            );
            same(
                &fs::read(dir.path()).await,
                &std::fs::read(dir.path()),
                "read",
            );
        });
    }

    async fn a_path_need_not_be_utf_8() {
        let dir = Dir::new();
        let name: &OsStr = std::os::unix::ffi::OsStrExt::from_bytes(b"\xff\xfe");
        let path = dir.path().join(name);
        fs::write(&path, "to be").await.unwrap();
        assert_eq!(fs::read(&path).await.unwrap(), b"to be");
        let mut entries = fs::read_dir(dir.path()).await.unwrap();
        assert_eq!(
            entries.next_entry().await.unwrap().unwrap().file_name(),
            name
        );
        fs::remove_file(&path).await.unwrap();
    }

    /// Returns the two ends of a pipe, whose reads block as long as the test likes.
    fn pipe() -> (File, File) {
        let (reader, writer) = io::pipe().unwrap();
        let own = |fd: std::os::fd::OwnedFd| File::from(fd);
        (own(reader.into()), own(writer.into()))
    }

    /// Returns the two ends of a full pipe, and the number of bytes in it.
    async fn full_pipe() -> (io::PipeReader, File, usize) {
        let (reader, mut writer) = io::pipe().unwrap();
        // This is the size on Linux. If more fits, the test waits for nothing and proves less.
        let len = 64 * 1024;
        writer.write_all(&vec![b'.'; len]).unwrap();
        (reader, File::from(std::os::fd::OwnedFd::from(writer)), len)
    }

    fn drain(mut reader: io::PipeReader) -> thread::JoinHandle<Vec<u8>> {
        thread::spawn(move || {
            let mut bytes = Vec::new();
            reader.read_to_end(&mut bytes).unwrap();
            bytes
        })
    }

    /// Returns a pipe whose ends do not block, as with a program that shares them.
    fn non_blocking_pipe() -> (File, File) {
        let (reader, writer) = pipe();
        rustix::io::ioctl_fionbio(&reader, true).unwrap();
        rustix::io::ioctl_fionbio(&writer, true).unwrap();
        (reader, writer)
    }

    async fn a_descriptor_that_does_not_block_is_waited_for() {
        let bytes: Vec<u8> = (0..300_000_u32).map(|n| n as u8 % 64 + b'!').collect();
        // The bytes are written in one write, and in many.
        for size in [usize::MAX, 5_000] {
            let (mut reader, mut writer) = non_blocking_pipe();
            writer.set_max_buf_size(size);
            let ours = bytes.clone();
            let writes = task::spawn(async move {
                writer.write_all(&ours[..100_000]).await.unwrap();
                portable::time::sleep(Duration::from_millis(20)).await;
                writer.write_all(&ours[100_000..]).await.unwrap();
                writer.write_all(b"\nto be\nor not\n").await.unwrap();
            });
            portable::time::sleep(Duration::from_millis(20)).await;
            let mut read = vec![0; bytes.len()];
            reader.read_exact(&mut read).await.unwrap();
            assert!(read == bytes);
            let lines = portable::io::AsyncBufReadExt::lines(portable::io::BufReader::new(reader));
            let lines: Vec<_> = StreamExt::collect(lines).await;
            let lines: Vec<_> = lines.into_iter().map(Result::unwrap).collect();
            assert_eq!(lines, ["", "to be", "or not"]);
            writes.await.unwrap();
        }
        // The bytes go through a second pipe, block by block.
        let (mut first, mut writer) = non_blocking_pipe();
        let (mut last, mut between) = non_blocking_pipe();
        let copies =
            task::spawn(async move { portable::io::copy(&mut first, &mut between).await.unwrap() });
        let ours = bytes.clone();
        let writes = task::spawn(async move { writer.write_all(&ours).await.unwrap() });
        let mut read = Vec::new();
        last.read_to_end(&mut read).await.unwrap();
        assert!(read == bytes);
        assert_eq!(copies.await.unwrap(), bytes.len() as u64);
        writes.await.unwrap();
    }

    async fn a_reader_that_goes_while_a_write_waits_is_an_error() {
        let (reader, mut writer) = non_blocking_pipe();
        let writes = task::spawn(async move { writer.write_all(&[b'.'; 200_000]).await });
        portable::time::sleep(Duration::from_millis(20)).await;
        drop(reader);
        let error = writes.await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BrokenPipe);
    }

    async fn what_a_cancelled_wait_reads_and_writes_is_kept() {
        let (mut reader, mut writer) = non_blocking_pipe();
        cancel(reader.read(&mut [0; 8]));
        writer.write_all(b"to be").await.unwrap();
        let mut text = [0; 5];
        reader.read_exact(&mut text).await.unwrap();
        assert_eq!(&text, b"to be");
        let full = [b'.'; 64 * 1024];
        writer.write_all(&full).await.unwrap();
        cancel(writer.write(b"or not"));
        let reads = task::spawn(async move {
            let mut bytes = Vec::new();
            reader.read_to_end(&mut bytes).await.unwrap();
            bytes
        });
        writer.write_all(b"or not").await.unwrap();
        drop(writer);
        assert_eq!(&reads.await.unwrap()[full.len()..], b"or not");
    }

    async fn a_cancelled_read_of_a_pipe_keeps_its_bytes() {
        let (mut reader, mut writer) = pipe();
        cancel(reader.read(&mut [0; 8]));
        writer.write_all(b"to be").await.unwrap();
        let mut text = [0; 2];
        for wanted in [b"to", b" b"] {
            assert_eq!(reader.read(&mut text).await.unwrap(), 2);
            assert_eq!(&text, wanted);
        }
        drop(writer);
        let mut rest = String::new();
        reader.read_to_string(&mut rest).await.unwrap();
        assert_eq!(rest, "e");
    }

    async fn a_cancelled_write_to_a_pipe_that_is_full_is_taken_up() {
        let (reader, mut file, len) = full_pipe().await;
        cancel(file.write(b"to be"));
        let bytes = drain(reader);
        assert_eq!(file.write(b"to be").await.unwrap(), 5);
        file.write_all(b" or").await.unwrap();
        drop(file);
        assert_eq!(&bytes.join().unwrap()[len..], b"to be or");
    }

    async fn the_error_of_a_cancelled_write_is_given_by_the_next_operation() {
        for operation in 0..5 {
            let (reader, mut file, _) = full_pipe().await;
            cancel(file.write(b"to be"));
            drop(reader);
            let error = match operation {
                0 => file.write(b"or not").await.map(drop),
                1 => file.flush().await,
                2 => file.metadata().await.map(drop),
                3 => file.read(&mut [0; 4]).await.map(drop),
                _ => file.seek(SeekFrom::Start(0)).await.map(drop),
            };
            assert_eq!(
                error.unwrap_err().kind(),
                ErrorKind::BrokenPipe,
                "{operation}"
            );
            // The error is reported once.
            file.flush().await.unwrap();
        }
    }

    async fn several_may_wait_for_a_cancelled_write() {
        let (reader, mut file, len) = full_pipe().await;
        cancel(file.write(b"to be"));
        let wakes = [(); 3].map(|()| Arc::new(Wakes::default()));
        let mut waiting: Vec<_> = wakes.iter().map(|_| Box::pin(file.metadata())).collect();
        for (waits, wakes) in waiting.iter_mut().zip(&wakes) {
            let waker = Waker::from(wakes.clone());
            let polled = waits.as_mut().poll(&mut Context::from_waker(&waker));
            assert!(polled.is_pending());
        }
        // One of them is dropped before the write is done.
        drop(waiting.pop());
        let bytes = drain(reader);
        common::eventually(|| wakes[0].get() > 0 && wakes[1].get() > 0).await;
        for waits in waiting {
            waits.await.unwrap();
        }
        drop(file);
        assert_eq!(&bytes.join().unwrap()[len..], b"to be");
    }

    /// A socket has two directions and no position.
    async fn what_a_cancelled_read_of_a_pipe_read_is_there_after_a_write() {
        use std::os::fd::OwnedFd;
        use std::os::unix::net::UnixStream;

        let (ours, mut theirs) = UnixStream::pair().unwrap();
        let mut file = File::from(OwnedFd::from(ours));
        cancel(file.read(&mut [0; 8]));
        theirs.write_all(b"to be").unwrap();
        file.write_all(b"or not").await.unwrap();
        let mut text = [0; 6];
        theirs.read_exact(&mut text).unwrap();
        assert_eq!(&text, b"or not");
        let error = file.seek(SeekFrom::Start(0)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotSeekable);
        file.read_exact(&mut text[..5]).await.unwrap();
        assert_eq!(&text[..5], b"to be");
    }

    async fn the_file_of_std_comes_back_when_the_job_is_done() {
        let (reader, mut file, len) = full_pipe().await;
        let held = std::os::fd::AsRawFd::as_raw_fd(&file);
        cancel(file.write(b"to be"));
        let file = file.try_into_std().unwrap_err();
        cancel(file.sync_all());
        let bytes = drain(reader);
        let std = file.into_std().await;
        assert_eq!(std::os::fd::AsRawFd::as_raw_fd(&std), held);
        drop(std);
        assert_eq!(&bytes.join().unwrap()[len..], b"to be");
        let (reader, _writer) = pipe();
        assert!(reader.try_into_std().is_ok());
    }

    async fn options_and_permissions_are_those_asked_for() {
        use std::os::unix::fs::PermissionsExt;

        let dir = Dir::new();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let mut options = OpenOptions::new();
        options.write(true).create(true).mode(0o600);
        let file = options.open(dir.file()).await.unwrap();
        assert_eq!(mode(&dir.file()), 0o600);
        file.set_permissions(PermissionsExt::from_mode(0o400))
            .await
            .unwrap();
        assert_eq!(mode(&dir.file()), 0o400);
        fs::set_permissions(dir.file(), PermissionsExt::from_mode(0o640))
            .await
            .unwrap();
        assert_eq!(mode(&dir.file()), 0o640);
        DirBuilder::new()
            .mode(0o700)
            .create(dir.path().join("dir"))
            .await
            .unwrap();
        assert_eq!(mode(&dir.path().join("dir")), 0o700);
        // The flag is `O_DIRECTORY` on Linux.
        if cfg!(target_os = "linux") {
            let mut options = OpenOptions::new();
            let error = options
                .read(true)
                .custom_flags(0o200000)
                .open(dir.file())
                .await
                .unwrap_err();
            assert_eq!(error.kind(), ErrorKind::NotADirectory);
        }
    }
}

/// The futures are polled by hand, because Tokio's extensions are not in this build.
#[cfg(all(unix, feature = "tokio-io"))]
mod tokio_io {
    use super::*;

    with_both_builders! {
        the_traits_of_tokio_do_the_same,
    }

    fn the_traits_of_tokio_do_the_same(builder: Builder) {
        on_one_blocking_thread(builder, async {
            use std::future::poll_fn;
            use std::pin::Pin;
            use tokio::io::{AsyncRead, AsyncSeek, AsyncWrite, ReadBuf};

            let dir = Dir::new();
            let mut file = dir.opened(b"to be or not").await;
            let mut memory = [0; 5];
            let mut buf = ReadBuf::new(&mut memory);
            poll_fn(|cx| AsyncRead::poll_read(Pin::new(&mut file), cx, &mut buf))
                .await
                .unwrap();
            assert_eq!(buf.filled(), b"to be");
            cancel_queued(poll_fn(|cx| {
                AsyncRead::poll_read(Pin::new(&mut file), cx, &mut ReadBuf::new(&mut [0; 4]))
            }))
            .await;
            AsyncSeek::start_seek(Pin::new(&mut file), SeekFrom::Start(0)).unwrap_err();
            poll_fn(|cx| AsyncSeek::poll_complete(Pin::new(&mut file), cx))
                .await
                .unwrap();
            AsyncSeek::start_seek(Pin::new(&mut file), SeekFrom::Current(1)).unwrap();
            let position = poll_fn(|cx| AsyncSeek::poll_complete(Pin::new(&mut file), cx)).await;
            assert_eq!(position.unwrap(), 6);
            let position = poll_fn(|cx| AsyncSeek::poll_complete(Pin::new(&mut file), cx)).await;
            assert_eq!(position.unwrap(), 6);
            let written =
                poll_fn(|cx| AsyncWrite::poll_write(Pin::new(&mut file), cx, b"to")).await;
            assert_eq!(written.unwrap(), 2);
            assert_eq!(dir.bytes(), b"to be to not");
            poll_fn(|cx| AsyncWrite::poll_shutdown(Pin::new(&mut file), cx))
                .await
                .unwrap();
            let mut full = OpenOptions::new()
                .write(true)
                .open("/dev/full")
                .await
                .unwrap();
            let error = poll_fn(|cx| AsyncWrite::poll_write(Pin::new(&mut full), cx, b"to")).await;
            assert_eq!(error.unwrap_err().raw_os_error(), Some(28));
        });
    }
}

/// Returns a file whose reads wait until something is written.
fn pipe() -> (File, std::io::PipeWriter) {
    let (reader, writer) = std::io::pipe().unwrap();
    #[cfg(unix)]
    let reader = std::os::fd::OwnedFd::from(reader);
    #[cfg(windows)]
    let reader = std::os::windows::io::OwnedHandle::from(reader);
    (File::from_std(reader.into()), writer)
}

async fn a_waker_that_panics_hurts_no_file() {
    let all = [&[Call::Wake][..], &[Call::Drop], &[Call::Wake, Call::Drop]];
    // Tokio's handles pass on a panic of a waker that is dropped: see `wakers`.
    let is_tokio = portable::runtime::current() == "tokio";
    for calls in &all[..if is_tokio { 1 } else { 3 }] {
        let (mut file, mut writer) = pipe();
        let mut buf = [0; 8];
        let waker = std::mem::ManuallyDrop::new(panics_in(calls));
        for _ in 0..2 {
            let mut cx = Context::from_waker(&waker);
            assert!(pin!(file.read(&mut buf)).poll(&mut cx).is_pending());
        }
        writer.write_all(b"x").unwrap();
        assert_eq!(file.read(&mut buf).await.unwrap(), 1);
    }
}

async fn times_of_a_file_are_set() {
    let directory = tempfile::tempdir().unwrap();
    let file = File::create(directory.path().join("file")).await.unwrap();
    let accessed = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    let modified = accessed + Duration::from_secs(1_000);
    let times = FileTimes::new().set_accessed(accessed);
    file.set_times(times.set_modified(modified)).await.unwrap();
    let metadata = file.metadata().await.unwrap();
    assert_eq!(metadata.accessed().unwrap(), accessed);
    assert_eq!(metadata.modified().unwrap(), modified);
    file.set_modified(accessed).await.unwrap();
    let metadata = file.metadata().await.unwrap();
    assert_eq!(metadata.accessed().unwrap(), accessed);
    assert_eq!(metadata.modified().unwrap(), accessed);
}

async fn descriptors_become_files() {
    #[cfg(unix)]
    {
        use std::os::fd::{FromRawFd, IntoRawFd, OwnedFd};

        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        std::fs::write(&path, "hello").unwrap();
        let fd = std::fs::File::open(&path).unwrap().into_raw_fd();
        // SAFETY: the descriptor was given up just now.
        let mut file = unsafe { File::from_raw_fd(fd) };
        let mut text = String::new();
        file.read_to_string(&mut text).await.unwrap();
        assert_eq!(text, "hello");
        let mut file = File::from(OwnedFd::from(std::fs::File::open(&path).unwrap()));
        let mut text = String::new();
        file.read_to_string(&mut text).await.unwrap();
        assert_eq!(text, "hello");
    }
}
