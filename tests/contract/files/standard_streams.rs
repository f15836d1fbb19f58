//! Standard streams.
