//! The commands of contributors and of CI: `cargo xtask COMMAND`.

mod bare;
mod bench;
mod browser;
mod budgets;
mod build_time;
mod ci;
mod console;
mod contract;
mod crates;
mod diagnostics;
mod docs;
mod examples;
mod firmware;
mod matrix;
mod minimal_versions;
mod package;
mod packed;
mod platforms;
mod published;
mod quick;
mod run;
#[path = "../../tests/common/runtimes.rs"]
#[allow(unused_imports)]
mod runtimes;
mod rust_version;
mod sanitize;
mod soak;
mod thumbnails;
mod tokio_tests;
mod toolchain;

use std::process::ExitCode;

use runtimes::{RUNTIMES, has_workers};

const USAGE: &str = "\
usage: cargo xtask COMMAND

  quick [RUNTIME]
              formatting, clippy and the tests on one runtime (smol): in minutes, while working
  ci [STEP…]  everything that must hold before a change lands, in two lanes, or some of its steps
              --prune  remove what no later step uses
  contract    the contract's tests on every runtime, in builds with one and with several; a table
  suite [--update]
              whether portable-contract lists what the tests and the page say; --update writes it
  docs        build the documentation for no feature, each runtime and all, and check its links, its
              programs, and the features and commands that it names
  examples    run every example on every runtime and compare what they print
  matrix      check every set of features, build and run tests/features
  package     pack what others download, check what is in it, build it and run its tests
  minimal-versions
              build each runtime with the oldest versions of the dependencies that are asked for
  rust-version
              build each runtime with the oldest compiler that is promised, or an older one
  platforms [NAME…]
              build the library for other machines and operating systems, and run the contract where
              this machine can: aarch64, i686, musl, windows, apple, freebsd, android, or all;
              installs what it needs, and renews docs/platforms.md
  console     watch a program on every runtime as tokio-console does
  sanitize    the contract's tests under AddressSanitizer
  bare        build for microcontrollers, and test that mode on the host
  firmware    run examples/firmware on the desk, on an emulated Cortex-M3 and M0 and on RISC-V, compare
              the traces, and the size with that of a native firmware (needs qemu-system-arm and
              qemu-system-misc)
  browser     run examples/browser and the program of docs/browser.md in headless Chromium, and hold
              the size of a module (needs chromium)
  budgets [--update] [TEXT]
              instructions, allocations, sizes, packages, threads and system calls beside native
              programs, and what benches/budgets.txt expects (needs valgrind and strace)
  cost [WORKLOAD]
              instructions and allocations of one workload: spawn (needs valgrind)
  bench       tasks and timers, and what `bench hello` measures, beside native programs and other
              layers
  bench compute
              a thousand jobs that keep a processor busy, by each function that starts a task, and
              how late a timer beside them is
  bench hello start-up, peak memory and build time of the smallest program, beside native programs
  bench growth [--draw]
              spawning, wake-ups and memory at a hundred to a million tasks, beside native programs,
              with their plots in docs/growth; with --draw the plots of what was measured
  bench io    bytes, echoes and HTTP requests a second, beside native programs (needs wrk)
  bench redis [ROUNDS]
              the server of examples/redis on Tokio and on smol beside the same server natively on
              Tokio, as redis-benchmark drives it (needs redis-tools, and strace for system calls)
  diagnostics what rustc says of mistakes under our macros, without them and under Tokio's
  build-time  what our macros cost a build, beside Tokio's
  tokio-tests [RUNTIME] [FILE…]
              Tokio's own tests through portable-tokio, on smol or another runtime, all of them or those
              of some files; renews docs/tokio-tests.md
  soak [--seconds N] [--seed N] [--watchdog]
              random load on every runtime, N seconds each (60); with --watchdog a task that is stuck
              in a poll fails it";

fn main() -> ExitCode {
    let command = std::env::args().nth(1);
    let done = match command.as_deref() {
        Some("ci") => ci::ci(&std::env::args().skip(2).collect::<Vec<_>>()),
        Some("quick") => {
            let runtime = std::env::args().nth(2);
            quick::quick(runtime.as_deref().unwrap_or(quick::RUNTIME))
        }
        Some("contract") => contract::contract(),
        Some("suite") => match std::env::args().nth(2).as_deref() {
            None => contract::suite(false),
            Some("--update") => contract::suite(true),
            _ => return usage(),
        },
        Some("docs") => docs::docs(),
        Some("examples") => examples::examples(),
        Some("matrix") => matrix::matrix().and_then(|()| matrix::dependents()),
        Some("minimal-versions") => minimal_versions::minimal_versions(),
        Some("rust-version") => rust_version::rust_version(),
        Some("package") => package::package(),
        Some("platforms") => platforms::platforms(&std::env::args().skip(2).collect::<Vec<_>>()),
        Some("console") => console::console(),
        Some("sanitize") => sanitize::sanitize(),
        Some("budgets") => budgets::budgets(&budgets::Options::read(std::env::args().skip(2))),
        Some("cost") => {
            let workload = std::env::args().nth(2);
            budgets::cost(workload.as_deref().unwrap_or("spawn"))
        }
        Some("diagnostics") => diagnostics::diagnostics(),
        Some("bare") => bare::bare(),
        Some("firmware") => firmware::firmware(),
        Some("browser") => browser::browser(),
        Some("bench") => match std::env::args().nth(2).as_deref() {
            None => bench::bench(),
            Some("io") => bench::io(),
            Some("redis") => match std::env::args().nth(3).map(|rounds| rounds.parse()) {
                None => bench::redis(7),
                Some(Ok(rounds)) if rounds > 0 => bench::redis(rounds),
                Some(_) => return usage(),
            },
            Some("compute") => bench::compute(),
            Some("hello") => bench::hello(),
            Some("growth") => match std::env::args().nth(3).as_deref() {
                None => bench::growth(false),
                Some("--draw") => bench::growth(true),
                _ => return usage(),
            },
            _ => return usage(),
        },
        Some("tokio-tests") => {
            let files: Vec<_> = std::env::args().skip(3).collect();
            let runtime = std::env::args().nth(2);
            tokio_tests::tokio_tests(runtime.as_deref().unwrap_or(quick::RUNTIME), &files)
        }
        Some("build-time") => build_time::build_time(),
        Some("soak") => match soak::Options::read(std::env::args().skip(2)) {
            Some(options) => soak::soak(&options),
            None => return usage(),
        },
        _ => return usage(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> ExitCode {
    eprintln!("{USAGE}");
    ExitCode::from(2)
}
