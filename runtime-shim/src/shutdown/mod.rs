//! The graceful end of a program.
