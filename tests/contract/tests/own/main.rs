//! Small runtimes of users: two that keep the contract, and four that break it.

mod right;
mod wrong;
