//! Timings of `portable`, beside the same program written for one runtime.

mod calls;
mod compute;
mod growth;
mod hello;
mod io;
mod peak;
mod redis;

pub use self::compute::compute;
pub use self::growth::growth;
pub use self::hello::hello;
pub use self::io::io;
pub(crate) use self::peak::high_water;
pub use self::redis::redis;

use std::fs;

use crate::run::Result;

/// Implements `bench`: calls, and hello's start, memory and build.
pub fn bench() -> Result {
    println!("load {}", load());
    calls::bench()?;
    println!();
    hello()
}

/// Returns the load of the machine, over the last minute and the last five.
fn load() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let mut words = load.split(' ');
    format!(
        "{}, {}",
        words.next().unwrap_or("?"),
        words.next().unwrap_or("?")
    )
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
