//! What children need of Windows.
//!
//! - `exit`: the end of a child, which the operating system tells by the child's handle.
//! - `pipes`: the parent's ends of pipes, which threads read and write.

pub(super) mod exit;
mod job;
pub(super) mod pipes;
