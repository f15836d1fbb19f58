//! What a task tells of its end. Nobody counts it in the browser.

/// How a task has ended.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ending {
    Finished,
    Cancelled,
    Panicked,
}

pub(crate) fn ended(_how: Ending, _elsewhere: impl FnOnce()) {}
