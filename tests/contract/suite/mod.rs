//! How a behaviour becomes a test of the user's runtime. The others stand on the first:
//! `line.rs` is what is promised, `run.rs` runs a behaviour, `table.rs` lists all and `contract.rs`
//! makes tests of them.

mod contract;
mod line;
pub mod run;
#[rustfmt::skip]
mod table;

pub use self::line::Line;
pub use self::table::{LINES, names};

/// What the macros refer to.
#[doc(hidden)]
pub mod __private {
    pub use portable::runtime::Builder;

    /// The time that a test may take.
    pub const LIMIT: std::time::Duration = std::time::Duration::from_secs(60);
}
