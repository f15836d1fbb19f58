//! Chooses the board by its processor: its memory map, for the script of cortex-m-rt, and its clock.

use std::path::PathBuf;
use std::{env, fs};

fn main() {
    let target = env::var("TARGET").expect("cargo sets it");
    let (map, clock_hz) = match target.starts_with("thumbv6m") {
        true => ("memory-thumbv6m.x", 16_000_000),
        false => ("memory-thumbv7m.x", 25_000_000),
    };
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    fs::copy(map, out.join("memory.x")).expect("the map is in the package");
    fs::write(out.join("clock_hz.rs"), clock_hz.to_string()).expect("the folder is ours");
    println!("cargo:rustc-link-search={}", out.display());
    println!("cargo:rustc-link-arg-bins=-Tlink.x");
    println!("cargo:rerun-if-changed={map}");
}
