//! The traits of IO, for what reads and writes by a source.
