//! Tokio's own clock, which the timers of dependencies follow too.

use std::future::Future;
use std::pin::pin;
use std::sync::mpsc;
use std::task::{Context, Waker};
use std::time::{Duration, Instant};

use tokio::runtime::{Handle, RuntimeFlavor};

use super::end::End;
use super::foreign::is_clock_paused;
use crate::runtime::clock::{Held, Refused};

pub(in crate::runtime) fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}

/// Returns whether the clock of the runtime that this thread is inside of is paused.
fn is_paused() -> Result<bool, Refused> {
    let handle = Handle::try_current().map_err(|_| Refused::Elsewhere)?;
    match handle.runtime_flavor() {
        RuntimeFlavor::CurrentThread => Ok(is_clock_paused()),
        _ => Err(Refused::MultiThread),
    }
}

/// Tells the runtime that its clock is paused. One that other code has made is not watched.
fn set_paused(is_paused: bool) {
    if let Some(end) = End::current() {
        end.watch().set_paused(is_paused);
    }
}

pub(super) fn pause() -> Result<(), Refused> {
    if is_paused()? {
        return Err(Refused::IsPaused);
    }
    tokio::time::pause();
    set_paused(true);
    Ok(())
}

pub(super) fn resume() -> Result<(), Refused> {
    if !is_paused()? {
        return Err(Refused::IsNotPaused);
    }
    set_paused(false);
    tokio::time::resume();
    Ok(())
}

pub(super) fn advance(duration: Duration) -> Result<(), Refused> {
    if !is_paused()? {
        return Err(Refused::IsNotPaused);
    }
    // The first poll advances the clock. The second would only let the other tasks run.
    let _ = pin!(tokio::time::advance(duration)).poll(&mut Context::from_waker(Waker::noop()));
    Ok(())
}

/// Tokio's clock is not advanced while a closure runs, so one waits until the hold ends.
pub(super) fn hold() -> Option<Held> {
    is_paused().ok()?;
    let (end, ended) = mpsc::sync_channel::<()>(0);
    tokio::task::spawn_blocking(move || {
        let _ = ended.recv();
    });
    Some(Box::new(end))
}
