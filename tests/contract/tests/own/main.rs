//! Small runtimes of users: two that keep the contract, and four that break it.

mod right;
#[path = "../../../common/runner.rs"]
#[allow(dead_code)]
mod runner;
mod wrong;
