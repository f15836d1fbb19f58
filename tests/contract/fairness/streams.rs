//! Files and standard streams that are always ready (contract 22).

use std::io::{SeekFrom, Write};
use std::thread;

use crate::common::always_ready::{is_fair, pauses};
use crate::common::{Running, on_both_flavors, program};
use portable::fs::{self, File};
use portable::io::{
    AsyncBufReadExt, AsyncReadExt, AsyncSeekExt, AsyncWriteExt, BufReader, SimplexStream, copy,
    copy_bidirectional, copy_buf, duplex, empty, join, repeat, simplex, sink, stderr, stdin,
    stdout,
};
use portable::task;
use portable::time::{Duration, timeout};

on_both_flavors! {
    flushing_a_file,
    writing_nothing,
    copying_from_memory_to_memory,
    what_reads_and_writes_memory,
    copying_from_a_buffer,
    copying_in_both_directions,
    pipes_in_memory,
    lines_and_segments_of_memory,
    the_end_of_a_buffered_reader,
    copying_from_a_file_that_is_read_in_one_go,
    the_end_of_a_directory,
    entries_of_a_directory,
    small_reads_of_a_file,
}

async fn flushing_a_file() {
    is_fair(|stop| async move {
        let mut file = File::from_std(tempfile::tempfile().unwrap());
        while !stop.is_set() {
            file.flush().await.unwrap();
        }
    })
    .await;
}

async fn writing_nothing() {
    is_fair(|stop| async move {
        let mut file = File::from_std(tempfile::tempfile().unwrap());
        while !stop.is_set() {
            assert_eq!(file.write(&[]).await.unwrap(), 0);
            assert_eq!(stdout().write(&[]).await.unwrap(), 0);
            assert_eq!(stderr().write(&[]).await.unwrap(), 0);
        }
    })
    .await;
}

async fn copying_from_memory_to_memory() {
    is_fair(|stop| async move {
        let bytes = vec![7; 1 << 20];
        while !stop.is_set() {
            assert_eq!(copy(&bytes[..], sink()).await.unwrap(), 1 << 20);
            let mut written = Vec::new();
            assert_eq!(copy(&[1, 2, 3][..], &mut written).await.unwrap(), 3);
            assert_eq!(written, [1, 2, 3]);
        }
    })
    .await;
    // This copy has no end.
    timeout(Duration::from_millis(50), copy(repeat(7), sink()))
        .await
        .unwrap_err();
}

async fn what_reads_and_writes_memory() {
    is_fair(|stop| async move {
        let mut byte = [0; 1];
        let mut file = BufReader::new(empty());
        while !stop.is_set() {
            repeat(7).read_exact(&mut byte).await.unwrap();
            assert_eq!(byte, [7]);
            assert_eq!(empty().read(&mut byte).await.unwrap(), 0);
            assert_eq!(file.read_until(7, &mut Vec::new()).await.unwrap(), 0);
            let mut sink = sink();
            sink.write_all(&byte).await.unwrap();
            sink.flush().await.unwrap();
            sink.close().await.unwrap();
        }
    })
    .await;
}

async fn copying_from_a_buffer() {
    is_fair(|stop| async move {
        let bytes = [7; 100];
        while !stop.is_set() {
            let mut written = Vec::new();
            assert_eq!(copy_buf(&bytes[..], &mut written).await.unwrap(), 100);
        }
    })
    .await;
    // This copy has no end.
    let copying = copy_buf(BufReader::new(repeat(7)), sink());
    timeout(Duration::from_millis(50), copying)
        .await
        .unwrap_err();
}

async fn copying_in_both_directions() {
    // Neither stream has an end, and neither ever waits.
    let mut one = join(repeat(1), sink());
    let mut other = join(repeat(2), sink());
    let copying = copy_bidirectional(&mut one, &mut other);
    timeout(Duration::from_millis(50), copying)
        .await
        .unwrap_err();
    // A direction that never waits leaves the other its turns.
    for is_first in [false, true] {
        let (mut reader, writer) = simplex(100);
        let mut endless = join(repeat(1), writer);
        let mut ends = join(repeat(2).take(10_000), sink());
        let copying = task::spawn(async move {
            if is_first {
                copy_bidirectional(&mut endless, &mut ends).await
            } else {
                copy_bidirectional(&mut ends, &mut endless).await
            }
        });
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).await.unwrap();
        assert_eq!(bytes.len(), 10_000);
        copying.abort();
    }
}

async fn pipes_in_memory() {
    is_fair(|stop| async move {
        let (mut one, mut other) = duplex(64);
        let mut pipe = SimplexStream::new_unsplit(64);
        let mut bytes = [0; 2];
        while !stop.is_set() {
            one.write_all(b"ab").await.unwrap();
            other.read_exact(&mut bytes).await.unwrap();
            pipe.write_all(&bytes).await.unwrap();
            pipe.read_exact(&mut bytes).await.unwrap();
            assert_eq!(&bytes, b"ab");
            one.flush().await.unwrap();
            pipe.flush().await.unwrap();
        }
        one.close().await.unwrap();
    })
    .await;
    let (mut one, mut other) = duplex(64);
    one.close().await.unwrap();
    let ends = async {
        for _ in 0..1000 {
            assert_eq!(other.read(&mut [0; 1]).await.unwrap(), 0);
            one.write(b"x").await.unwrap_err();
        }
    };
    assert!(pauses(ends).await > 0);
}

/// As many as one read gives, without a read between them.
async fn lines_and_segments_of_memory() {
    is_fair(|stop| async move {
        let (mut lines, mut line) = (BufReader::new(repeat(b'\n')).lines(), String::new());
        while !stop.is_set() {
            assert_eq!(lines.next_line().await.unwrap().unwrap(), "");
        }
        let reader = lines.get_mut();
        reader.read_line(&mut line).await.unwrap();
        assert_eq!(line, "\n");
    })
    .await;
    let bytes = [b'\n'; 1000];
    let mut lines = (&bytes[..]).lines();
    let count = async { while lines.next_line().await.unwrap().is_some() {} };
    assert!(pauses(count).await > 0);
    let mut segments = AsyncBufReadExt::split(&bytes[..], b'\n');
    let count = async { while segments.next_segment().await.unwrap().is_some() {} };
    assert!(pauses(count).await > 0);
    let (mut reader, mut line) = (&bytes[..], Vec::new());
    let count = async { while reader.read_until(b'\n', &mut line).await.unwrap() > 0 {} };
    assert!(pauses(count).await > 0);
}

/// Whatever is left of the budget when it comes.
async fn the_end_of_a_buffered_reader() {
    is_fair(|stop| async move {
        let mut reader = BufReader::new(empty());
        for turn in 0_u32.. {
            if stop.is_set() {
                break;
            }
            assert!(reader.fill_buf().await.unwrap().is_empty());
            if turn % 7 == 0 {
                task::consume_budget().await;
            }
        }
    })
    .await;
}

async fn copying_from_a_file_that_is_read_in_one_go() {
    let mut file = File::from_std(tempfile::tempfile().unwrap());
    file.write_all(&[7; 2 << 20]).await.unwrap();
    file.seek(SeekFrom::Start(0)).await.unwrap();
    // The reader has the whole file after the first read.
    let mut reader = BufReader::with_capacity(2 << 20, &mut file);
    reader.fill_buf().await.unwrap();
    let copying = async { assert_eq!(copy(&mut reader, sink()).await.unwrap(), 2 << 20) };
    assert!(pauses(copying).await > 1);
}

async fn the_end_of_a_directory() {
    is_fair(|stop| async move {
        let dir = tempfile::tempdir().unwrap();
        let mut entries = fs::read_dir(dir.path()).await.unwrap();
        while !stop.is_set() {
            assert!(entries.next_entry().await.unwrap().is_none());
        }
    })
    .await;
}

/// The entries are read ahead, so not each of them is waited for.
async fn entries_of_a_directory() {
    let dir = tempfile::tempdir().unwrap();
    for n in 0..10 {
        std::fs::write(dir.path().join(n.to_string()), []).unwrap();
    }
    is_fair(move |stop| {
        let path = dir.path().to_owned();
        async move {
            let mut entries = fs::read_dir(path).await.unwrap();
            let entry = entries.next_entry().await.unwrap().unwrap();
            while !stop.is_set() {
                entry.file_type().await.unwrap();
            }
        }
    })
    .await;
}

async fn small_reads_of_a_file() {
    let mut file = File::from_std(tempfile::tempfile().unwrap());
    file.write_all(&[7; 100_000]).await.unwrap();
    file.seek(SeekFrom::Start(0)).await.unwrap();
    // One blocking job reads the bytes for all of these reads.
    let first = file.read(&mut [0; 1]).await.unwrap();
    assert_eq!(first, 1);
    let reads = async {
        for _ in 0..1000 {
            file.read_exact(&mut [0; 1]).await.unwrap();
        }
    };
    assert!(pauses(reads).await > 0);
}

/// Timers fire beside and around a loop over lines that come faster than they are read.
#[test]
fn lines_that_come_fast() {
    async fn times_out() {
        let count = async {
            let mut lines = stdin().lines();
            while let Some(line) = lines.next_line().await.unwrap() {
                // Another loop may have read the beginning of the first line.
                assert!("line".ends_with(&line));
            }
        };
        timeout(Duration::from_millis(50), count).await.unwrap_err();
        let bytes = async { while stdin().read(&mut [0; 1]).await.unwrap() > 0 {} };
        timeout(Duration::from_millis(50), bytes).await.unwrap_err();
    }

    #[portable::main]
    async fn main() {
        times_out().await;
        portable::spawn(times_out()).await.unwrap();
        println!("timed out");
    }

    program!("lines_that_come_fast").talk(main, |mut program: Running| {
        let mut stdin = program.stdin.take().unwrap();
        let lines =
            thread::spawn(move || while stdin.write_all(&b"line\n".repeat(1000)).is_ok() {});
        assert_eq!(program.line(), "timed out");
        program.rest();
        lines.join().unwrap();
    });
}
