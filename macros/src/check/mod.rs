//! Says what is wrong with a function, where it is, and what is left of the function then.

mod entry;
mod firmware;
mod lifetimes;
mod qualifiers;
mod task;

pub(crate) use entry::{Shape, check as entry, is_program_main, makes_tests};
pub(crate) use firmware::check as firmware;
pub(crate) use task::{check as task, declare_lifetimes};
