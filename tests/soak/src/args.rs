//! Reads the command line.

use std::env;
use std::time::Duration;

use portable::runtime::{Flavor, available};

pub(crate) const USAGE: &str = "\
usage: portable-soak [--runtime NAME] [--flavor multi_thread|current_thread]
                     [--seconds N] [--seed N] [--watchdog MILLISECONDS]

The runtime is that of PORTABLE_RUNTIME, or the first, if it is not given. With the feature `inspect`
and --watchdog, a task that is in one poll for longer fails the run.";

#[derive(Debug)]
pub(crate) struct Args {
    pub(crate) runtime: &'static str,
    pub(crate) flavor: Flavor,
    pub(crate) run: Duration,
    pub(crate) seed: u64,
    #[cfg(feature = "inspect")]
    pub(crate) watchdog: Option<Duration>,
}

impl Args {
    pub(crate) fn read() -> Option<Self> {
        let mut runtime = env::var("PORTABLE_RUNTIME").ok();
        let mut args = Self {
            runtime: available()[0],
            flavor: Flavor::MultiThread,
            run: Duration::from_secs(10),
            seed: fastrand::u64(..),
            #[cfg(feature = "inspect")]
            watchdog: None,
        };
        let mut given = env::args().skip(1);
        while let Some(name) = given.next() {
            let value = given.next()?;
            match name.as_str() {
                "--runtime" => runtime = Some(value),
                "--flavor" => {
                    args.flavor = match value.as_str() {
                        "multi_thread" => Flavor::MultiThread,
                        "current_thread" => Flavor::CurrentThread,
                        _ => return None,
                    }
                }
                "--seconds" => {
                    args.run = Duration::try_from_secs_f64(value.parse().ok()?).ok()?;
                }
                #[cfg(feature = "inspect")]
                "--watchdog" => args.watchdog = Some(Duration::from_millis(value.parse().ok()?)),
                "--seed" => args.seed = value.parse().ok()?,
                _ => return None,
            }
        }
        if let Some(runtime) = runtime {
            args.runtime = available().into_iter().find(|name| *name == runtime)?;
        }
        Some(args)
    }

    pub(crate) fn flavor_name(&self) -> &'static str {
        match self.flavor {
            Flavor::CurrentThread => "current_thread",
            _ => "multi_thread",
        }
    }
}
