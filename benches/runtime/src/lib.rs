//! The workloads, each written once over [`Side`](sides::Side), and the sides: `portable`, and each
//! runtime's own calls.
//!
//! The programs `cost`, `growth` and `time` run them; `cargo xtask budgets` and `cargo xtask bench`
//! compare.

pub mod percentiles;
pub mod run;
pub mod sides;
pub mod workloads;
