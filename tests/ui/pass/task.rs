//! The forms that a task may have.

#![deny(warnings)]

use core::convert::Infallible;
use core::sync::atomic::{AtomicU32, Ordering};
use portable::task::{JoinError, JoinHandle, Spawnable};

const PLACES: usize = 2;

static COUNTER: AtomicU32 = AtomicU32::new(0);

#[portable::task]
async fn nothing() {}

#[portable::task()]
async fn one(_counter: &'static AtomicU32) {}

#[portable::task(pool_size = 3)]
async fn changed(mut n: u32, _: u8) -> u32 {
    n += 1;
    n
}

#[portable::task(pool_size = { PLACES } * 2, crate = ::portable)]
/// Documented.
pub async fn many(
    a: u8,
    b: u8,
    c: u8,
    d: &'static str,
    e: [u8; 3],
    f: Box<dyn Fn(&str) -> &str + Send>,
    g: for<'a> fn(&'a [u8], &u8) -> &'a [u8],
    h: Option<&'static (dyn Sync + 'static)>,
) -> Result<&'static str, Box<dyn core::error::Error + Send + Sync>> {
    let _ = (g, h.is_some());
    portable::task::yield_now().await;
    if a + b + c + e[0] == 0 || f("a") == "b" {
        return Err("nothing".into());
    }
    Ok(d)
}

#[portable::task]
async fn for_ever() -> ! {
    loop {
        COUNTER.fetch_add(1, Ordering::Relaxed);
        portable::task::yield_now().await;
    }
}

#[portable::task]
async fn for_ever_too() -> Infallible {
    core::future::pending().await
}

#[portable::task]
async fn same(same: u8) -> u8 {
    same
}

#[portable::task]
async fn r#match(r#fn: u8) -> u8 {
    r#fn
}

#[portable::task]
#[allow(unused_variables)]
#[must_use]
async fn lints(#[allow(unused_mut)] mut a: u8, unused: u8) -> u8 {
    a
}

// A task may start itself or another through a function, whose type does not depend on theirs.
#[portable::task]
async fn ping(n: u8) {
    if n > 0 {
        drop(start(n - 1));
    }
    portable::task::yield_now().await;
}

fn start(n: u8) -> JoinHandle<()> {
    ping(n).spawn()
}

mod inner {
    #[portable::task]
    pub(super) async fn visible() -> u8 {
        7
    }
}

struct Device;

impl Device {
    #[portable::task]
    async fn run(n: u8) -> u8 {
        n
    }
}

macro_rules! task {
    ($(#[$meta:meta])* $vis:vis $name:ident, $arg:ident: $ty:ty, $body:block, $count:expr) => {
        #[portable::task(pool_size = $count)]
        $(#[$meta])*
        $vis async fn $name($arg: $ty) -> $ty $body
    };
}

task!(/** Made. */ pub made, n: &'static u32, { n }, PLACES);

fn named() -> Spawnable<impl Future<Output = u8> + Send + 'static> {
    same(1)
}

#[portable::main]
async fn main() -> Result<(), JoinError> {
    nothing().await;
    nothing().spawn().await?;
    portable::spawn(one(&COUNTER)).await?;
    assert_eq!(changed(1, 2).spawn().await?, 2);
    let text = many(1, 2, 3, "text", [0; 3], Box::new(|text| text), |all, _| all, None);
    assert_eq!(text.spawn().await?.unwrap(), "text");
    let endless = for_ever().spawn();
    portable::task::yield_now().await;
    endless.abort();
    assert!(endless.await.unwrap_err().is_cancelled());
    drop(for_ever_too());
    assert_eq!(named().await + r#match(2).await + lints(3, 4).await, 6);
    ping(3).await;
    assert_eq!(inner::visible().await, Device::run(7).await);
    assert_eq!(*made(&5).await, 5);
    Ok(())
}
