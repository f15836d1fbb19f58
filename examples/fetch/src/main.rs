//! Runs the fetcher: `cargo run -p fetch-demo --features smol`, or on another runtime.

use std::error::Error;

use fetch_demo::{Fetcher, Limits, Seen, serve};
use portable::net::TcpListener;
use portable::task::{self, JoinSet};
use portable::time::Duration;

const PAGES: usize = 40;

#[portable::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let seen = Seen::default();
    let server = task::spawn(serve(listener, seen.clone()));

    let fetcher = Fetcher::new(Limits {
        at_once: 4,
        every: Duration::from_millis(2),
        timeout: Duration::from_secs(10),
        attempts: 3,
    })?;
    let mut pages = JoinSet::new();
    for page in 0..PAGES {
        let fetcher = fetcher.clone();
        pages.spawn(async move {
            fetcher
                .fetch(&format!("http://{address}/page/{page}"))
                .await
        });
    }
    let mut bytes = 0;
    while let Some(page) = pages.join_next().await {
        bytes += page??.len();
    }
    println!("{PAGES} pages have {bytes} bytes");
    println!("the server was busy {} times", seen.busy());
    if seen.most_at_once() > 4 {
        return Err("there were more requests at once than the limit".into());
    }
    server.abort();
    Ok(())
}
