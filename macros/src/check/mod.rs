//! Finds the mistakes in a function, reports them at their places, and returns what is left of the
//! function.

mod entry;
mod firmware;
mod lifetimes;
mod page;
mod qualifiers;
mod task;

pub(crate) use entry::{Shape, check as entry, is_program_main, makes_tests};
pub(crate) use firmware::check as firmware;
pub(crate) use page::check as page;
pub(crate) use task::{check as task, declare_lifetimes};
