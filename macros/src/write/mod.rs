//! Writes the output of the macros.

mod block;
mod builder;
mod entry;
mod fan_out;
mod firmware;
mod nested;
mod outer;
mod page;
mod params;
mod pin;
mod runtimes;
mod spawn;
mod task;

pub(crate) use entry::expand as entry;
pub(crate) use fan_out::{called, expand as fan_out};
pub(crate) use firmware::{expand as firmware, no_runtime};
pub(crate) use page::expand as page;
pub(crate) use pin::expand as pin;
pub(crate) use spawn::expand as spawn;
pub(crate) use task::expand as task;
