//! An empty crate, for the dependencies of its tests.
