//! A check by the compiler that a task fits into the places of a pool.

use core::future::Future;
use core::marker::PhantomData;

use crate::size::{ALIGN, needed};

const fn alignment<F: Future>() -> usize {
    let (future, output) = (align_of::<F>(), align_of::<F::Output>());
    if future > output { future } else { output }
}

/// A future in places of `SIZE` bytes.
pub(super) struct Fits<F, const SIZE: usize>(PhantomData<F>);

impl<F: Future, const SIZE: usize> Fits<F, SIZE> {
    const TOO_LARGE: Text = Text::new()
        .text("portable: the task needs ")
        .number(needed::<F>())
        .text(" bytes and a place in its pool has ")
        .number(SIZE)
        .text(": make that `Pool<")
        .number(needed::<F>().next_multiple_of(ALIGN))
        .text(", _>`, or keep less in the future across its awaits");
    const TOO_ALIGNED: Text = Text::new()
        .text("portable: the task is aligned to ")
        .number(alignment::<F>())
        .text(" bytes and a place in a pool to ")
        .number(ALIGN)
        .text(": keep what is so aligned out of it, in a static");

    /// Fails to compile if the future or its output does not fit.
    pub(super) const CHECK: () = {
        if needed::<F>() > SIZE {
            panic!("{}", Self::TOO_LARGE.as_str());
        }
        if alignment::<F>() > ALIGN {
            panic!("{}", Self::TOO_ALIGNED.as_str());
        }
    };
}

/// A text that is written at compile time.
struct Text {
    bytes: [u8; 256],
    len: usize,
}

impl Text {
    const fn new() -> Self {
        Self {
            bytes: [0; 256],
            len: 0,
        }
    }

    const fn text(mut self, text: &str) -> Self {
        let text = text.as_bytes();
        let mut i = 0;
        while i < text.len() {
            self.bytes[self.len] = text[i];
            self.len += 1;
            i += 1;
        }
        self
    }

    const fn number(mut self, number: usize) -> Self {
        if number >= 10 {
            self = self.number(number / 10);
        }
        self.bytes[self.len] = b'0' + (number % 10) as u8;
        self.len += 1;
        self
    }

    const fn as_str(&self) -> &str {
        match str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            Err(_) => "portable: the task does not fit into its pool",
        }
    }
}
