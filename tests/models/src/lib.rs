//! Models of the executor's synchronisation.
//!
//! The files below are the executor's own. This crate has stand-ins for the modules that they name:
//! `sync` gives them loom's primitives, the others replace parts that are not modelled. loom then
//! runs each model in all orders that the threads and the memory allow, and fails if an assertion
//! fails in one of them, or if no thread can go on.

#![cfg(test)]
// The features are those of the package that the files belong to.
#![allow(unexpected_cfgs)]

#[expect(dead_code, reason = "the models need not all of it")]
#[path = "../../../runtime-shim/src/runtime/executor/current_thread.rs"]
mod current_thread;
#[path = "../../../runtime-shim/src/runtime/executor/driver.rs"]
mod driver;
#[path = "../../../runtime-shim/src/runtime/executor/idle.rs"]
mod idle;
#[expect(dead_code, reason = "the models need not all of it")]
#[path = "../../../runtime-shim/src/runtime/executor/main_loop.rs"]
mod main_loop;
#[path = "../../../runtime-shim/src/runtime/executor/queue.rs"]
mod queue;
#[expect(dead_code, reason = "the models need not all of it")]
#[path = "../../../runtime-shim/src/runtime/executor/workers.rs"]
mod workers;

mod budget;
mod local;
mod scheduler;
mod sync;
mod task;

mod check;
mod models;
mod runtime;
