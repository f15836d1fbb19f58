//! The program that is watched. It prints the name and the line of each task that it spawns.

use std::future::{Future, pending, poll_fn};
use std::io::{self, Write};
use std::sync::mpsc;
use std::task::Poll;
use std::thread;

use portable::task::{self, Builder, JoinHandle};
use portable::time::{Duration, sleep};

/// How long the task that blocks its thread does so in each of its polls.
pub(crate) const BLOCKS: Duration = Duration::from_millis(30);

pub(crate) fn run() {
    console_subscriber::init();
    main();
}

#[portable::main]
async fn main() {
    say("sleeps", line!() + 1);
    let _sleeps = spawn("sleeps", every_10_ms(|| {}));

    say("blocks", line!() + 1);
    let _blocks = spawn("blocks", every_10_ms(|| thread::sleep(BLOCKS)));

    say("wakes itself", line!() + 1);
    let _wakes = spawn("wakes itself", wakes_itself());

    say("has lost its waker", line!() + 1);
    let _lost = spawn("has lost its waker", pending::<()>());

    say("has ended", line!() + 1);
    let ended = spawn("has ended", async {});
    ended.await.unwrap();

    let (_end, is_ended) = mpsc::channel::<()>();
    let named = Builder::new().name("closure");
    say("closure", line!() + 1);
    let _closure = named.spawn_blocking(move || is_ended.recv()).unwrap();

    let named = Builder::new().name("local");
    say("local", line!() + 1);
    let _local = named.spawn_local(every_10_ms(|| {})).unwrap();

    say("", line!() + 1);
    let _nameless = task::spawn(every_10_ms(|| {}));

    println!("ready");
    // The watcher ends this program by closing its standard input.
    let _ = task::spawn_blocking(|| io::stdin().read_line(&mut String::new())).await;
    std::process::exit(0);
}

/// Spawns a named task, whose place is that of the call.
#[track_caller]
fn spawn<F>(name: &str, future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    Builder::new().name(name).spawn(future).unwrap()
}

fn say(name: &str, line: u32) {
    println!("{line} {name}");
    let _ = io::stdout().flush();
}

async fn every_10_ms(f: impl Fn()) {
    loop {
        f();
        sleep(Duration::from_millis(10)).await;
    }
}

async fn wakes_itself() {
    loop {
        let mut is_woken = false;
        poll_fn(|cx| match is_woken {
            true => Poll::Ready(()),
            false => {
                is_woken = true;
                cx.waker().wake_by_ref();
                Poll::Pending
            }
        })
        .await;
        sleep(Duration::from_millis(10)).await;
    }
}
