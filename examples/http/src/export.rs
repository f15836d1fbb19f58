use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::body::{Body, Bytes, Frame};
use serde_json::Value;

use crate::Store;

/// The body of `GET /export`: a line for each key. hyper asks for lines as the client reads, and a
/// line is made only then.
///
/// So the export takes the memory of a few lines, however many there are. It shows the value that
/// each key has when its line is made.
#[derive(Debug)]
pub struct Export {
    store: Store,
    last: Option<String>,
}

impl Export {
    /// Makes an export that begins with the first key.
    pub fn new(store: Store) -> Self {
        Self { store, last: None }
    }
}

impl Body for Export {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let Some((key, value)) = self.store.after(self.last.as_deref()) else {
            return Poll::Ready(None);
        };
        let mut line = format!("{{{}:", Value::from(key.as_str())).into_bytes();
        line.extend_from_slice(&value);
        line.extend_from_slice(b"}\n");
        self.last = Some(key);
        Poll::Ready(Some(Ok(Frame::data(line.into()))))
    }
}
