//! A line of the contract.

use std::fmt;

/// A line of [the contract](portable::contract), as the output of a failed test has it.
///
/// # Examples
///
/// ```
/// let line = portable_contract::LINES
///     .iter()
///     .find(|line| line.name == "3")
///     .expect("there is a line 3");
/// assert_eq!(line.title, "Abort");
/// assert!(line.to_string().starts_with("contract 3, Abort: `abort` returns at once"));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Line {
    /// The number of the line, or the item that it is about if it has no number.
    pub name: &'static str,
    /// What the line is about.
    pub title: &'static str,
    /// What it promises.
    pub promise: &'static str,
    /// The address of the page, with its section.
    pub address: &'static str,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "contract {}", self.name)?;
        if self.title != self.name {
            write!(f, ", {}", self.title)?;
        }
        write!(f, ": {}\n{}", self.promise, self.address)
    }
}
