//! Lines and segments of a buffered reader (contract, "What is built on it").

use std::collections::VecDeque;
use std::io::{self, BufRead, ErrorKind};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use crate::common::{self, on_both_flavors};
use portable::io::{AsyncBufReadExt, AsyncRead, BufReader};
use portable::stream::StreamExt;
use portable::task;

on_both_flavors! {
    lines_are_as_those_of_std,
    segments_are_as_those_of_std,
    reads_of_a_line_are_as_those_of_std,
    reads_up_to_a_byte_are_as_those_of_std,
    a_line_that_is_cancelled_loses_nothing,
    a_segment_that_is_cancelled_loses_nothing,
    after_an_error_the_line_goes_on,
    a_read_up_to_a_byte_that_is_cancelled_goes_on,
    lines_are_read_from_a_borrowed_reader,
}

/// A reader that gives one piece at a time, and waits before each.
struct Pieces {
    pieces: VecDeque<io::Result<Vec<u8>>>,
    is_waiting: bool,
}

impl Pieces {
    fn of(bytes: &[u8], size: usize) -> BufReader<Self> {
        Self::from(bytes.chunks(size).map(|piece| Ok(piece.to_vec())))
    }

    fn from(pieces: impl IntoIterator<Item = io::Result<Vec<u8>>>) -> BufReader<Self> {
        BufReader::new(Self {
            pieces: pieces.into_iter().collect(),
            is_waiting: false,
        })
    }
}

impl AsyncRead for Pieces {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        self.is_waiting = !self.is_waiting;
        if self.is_waiting {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(
            self.pieces
                .pop_front()
                .unwrap_or(Ok(Vec::new()))
                .map(|piece| {
                    buf[..piece.len()].copy_from_slice(&piece);
                    piece.len()
                }),
        )
    }
}

/// All texts of up to five bytes: ends of lines, and a character of two bytes that may be cut.
fn texts() -> impl Iterator<Item = Vec<u8>> {
    const BYTES: [u8; 5] = [b'a', b'\r', b'\n', 0xC3, 0xA9];
    (0..=5).flat_map(|len| {
        (0..BYTES.len().pow(len)).map(move |n| {
            (0..len)
                .map(|place| BYTES[n / BYTES.len().pow(place) % BYTES.len()])
                .collect()
        })
    })
}

async fn lines_are_as_those_of_std() {
    for text in texts() {
        let theirs: Vec<_> = BufRead::lines(&text[..]).map(Result::ok).collect();
        for size in [1, 2, 5] {
            let mut ours = Vec::new();
            let mut lines = Pieces::of(&text, size).lines();
            while let Some(line) = lines.next_line().await.transpose() {
                ours.push(line.map_err(|error| assert_eq!(error.kind(), ErrorKind::InvalidData)));
            }
            assert!(
                ours.iter().cloned().map(Result::ok).eq(theirs.clone()),
                "{text:?}"
            );
            assert_eq!(lines.next_line().await.unwrap(), None);
        }
        let stream: Vec<_> = Pieces::of(&text, 2).lines().map(Result::ok).collect().await;
        assert_eq!(stream, theirs, "{text:?}");
    }
}

async fn segments_are_as_those_of_std() {
    for text in texts() {
        let theirs: Vec<_> = BufRead::split(&text[..], b'a')
            .map(Result::unwrap)
            .collect();
        for size in [1, 2, 5] {
            let mut ours = Vec::new();
            let mut segments = Pieces::of(&text, size).split(b'a');
            while let Some(segment) = segments.next_segment().await.unwrap() {
                ours.push(segment);
            }
            assert_eq!(ours, theirs, "{text:?}");
            assert_eq!(segments.next_segment().await.unwrap(), None);
        }
        let stream: Vec<_> = Pieces::of(&text, 2)
            .split(b'a')
            .try_collect()
            .await
            .unwrap();
        assert_eq!(stream, theirs, "{text:?}");
    }
}

async fn reads_of_a_line_are_as_those_of_std() {
    for text in texts() {
        let (mut std, mut reader) = (&text[..], Pieces::of(&text, 2));
        let (mut theirs, mut ours) = (String::from("before"), String::from("before"));
        loop {
            let their_len = BufRead::read_line(&mut std, &mut theirs).map_err(|error| error.kind());
            let our_len = reader
                .read_line(&mut ours)
                .await
                .map_err(|error| error.kind());
            assert_eq!((our_len, &ours), (their_len, &theirs), "{text:?}");
            if our_len == Ok(0) {
                break;
            }
        }
    }
}

async fn reads_up_to_a_byte_are_as_those_of_std() {
    for text in texts() {
        let (mut std, mut reader) = (&text[..], Pieces::of(&text, 2));
        let (mut theirs, mut ours) = (b"before".to_vec(), b"before".to_vec());
        loop {
            let their_len = BufRead::read_until(&mut std, b'\n', &mut theirs).unwrap();
            let our_len = reader.read_until(b'\n', &mut ours).await.unwrap();
            assert_eq!((our_len, &ours), (their_len, &theirs), "{text:?}");
            if our_len == 0 {
                break;
            }
        }
    }
}

/// Begins `call` and drops it, until one is ready at its first poll.
macro_rules! dropping {
    ($call:expr) => {
        loop {
            if let Poll::Ready(output) = common::poll_once(pin!($call)) {
                break output;
            }
            task::yield_now().await;
        }
    };
}

const TEXT: &[u8] = b"to be\r\nor not\n\nto be";

async fn a_line_that_is_cancelled_loses_nothing() {
    for size in 1..TEXT.len() {
        let mut lines = Pieces::of(TEXT, size).lines();
        for expected in [Some("to be"), Some("or not"), Some(""), Some("to be"), None] {
            let line = dropping!(lines.next_line()).unwrap();
            assert_eq!(line.as_deref(), expected);
        }
    }
}

async fn a_segment_that_is_cancelled_loses_nothing() {
    for size in 1..TEXT.len() {
        let mut segments = Pieces::of(TEXT, size).split(b'o');
        for expected in ["t", " be\r\n", "r n", "t\n\nt", " be"] {
            let segment = dropping!(segments.next_segment()).unwrap();
            assert_eq!(segment.as_deref(), Some(expected.as_bytes()));
        }
        assert_eq!(dropping!(segments.next_segment()).unwrap(), None);
    }
}

async fn after_an_error_the_line_goes_on() {
    let pieces = || {
        Pieces::from([
            Ok(b"to ".to_vec()),
            Err(ErrorKind::ConnectionReset.into()),
            Ok(b"be\nor".to_vec()),
        ])
    };
    let mut lines = pieces().lines();
    let error = lines.next_line().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    assert_eq!(lines.next_line().await.unwrap().unwrap(), "to be");
    assert_eq!(lines.next_line().await.unwrap().unwrap(), "or");
    assert_eq!(lines.next_line().await.unwrap(), None);
    // Those who read by themselves have it in their buffer.
    let (mut reader, mut line) = (pieces(), String::new());
    reader.read_line(&mut line).await.unwrap_err();
    assert_eq!(line, "to ");
    assert_eq!(reader.read_line(&mut line).await.unwrap(), 3);
    assert_eq!(line, "to be\n");
}

async fn a_read_up_to_a_byte_that_is_cancelled_goes_on() {
    for size in 1..TEXT.len() {
        let (mut reader, mut text) = (Pieces::of(TEXT, size), Vec::new());
        for expected in ["to be\r\n", "to be\r\nor not\n", "to be\r\nor not\n\n"] {
            dropping!(reader.read_until(b'\n', &mut text)).unwrap();
            assert_eq!(text, expected.as_bytes());
        }
    }
}

async fn lines_are_read_from_a_borrowed_reader() {
    let mut reader = Pieces::of(TEXT, TEXT.len());
    let mut lines = (&mut reader).lines();
    assert_eq!(lines.next_line().await.unwrap().unwrap(), "to be");
    let mut line = String::new();
    lines.get_mut().read_line(&mut line).await.unwrap();
    assert_eq!(line, "or not\n");
    // Of a whole line it keeps nothing, and the reader has the rest.
    assert_eq!(reader.fill_buf().await.unwrap(), b"\nto be");
    reader.consume(1);
    assert_eq!(reader.fill_buf().await.unwrap(), b"to be");
    reader.consume(5);
    assert_eq!(reader.fill_buf().await.unwrap(), b"");
}
