//! Runs programs in headless Chromium: the demonstration in `examples/browser`, and the program of the
//! page about browsers, whose size has a limit.

mod build;
mod chromium;
mod page;

use std::fs;
use std::time::Duration;

use crate::run::{Result, root};

/// What a demonstration may take.
const LIMIT: Duration = Duration::from_secs(60);

pub fn browser() -> Result {
    demonstration()?;
    page::check()
}

/// Builds the demonstration, drives it, and prints what it shows.
fn demonstration() -> Result {
    let package = root().join("examples/browser");
    let site = build::build(&package, "page", &[])?;
    fs::copy(package.join("index.html"), site.join("index.html"))
        .map_err(|error| error.to_string())?;
    let shown = chromium::open(&site, include_str!("demonstration.js"), LIMIT)?;
    println!("\nexamples/browser in Chromium");
    println!("{shown}");
    let wanted = [
        "at first: Ready, the button says Start",
        "one click: the button says Cancel",
        "at the end: 148933 primes below 2000000, the bar is full",
        "two clicks: Cancelled, the bar is not full",
        "the clock went on",
    ];
    match shown.lines().eq(wanted) {
        true => Ok(()),
        false => Err(format!("the page was to show\n{}", wanted.join("\n"))),
    }
}
