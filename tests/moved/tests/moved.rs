//! The tests of `benches/redis`, which run on what that program has been moved to.

// The program's own name: two packages of a workspace cannot have one name.
extern crate portable_moved as portable_bench_redis;

#[path = "../../../benches/redis/tests/native.rs"]
mod native;
