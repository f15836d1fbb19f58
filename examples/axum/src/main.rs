//! Runs the router: `cargo run -p axum-demo --features smol`, or on another runtime.

use std::time::Duration;
use std::{env, io};

use axum_demo::{router, serve};
use portable::net::TcpListener;
use portable::shutdown::Shutdown;

#[portable::main]
async fn main() -> io::Result<()> {
    // The shutdown comes before anything else: from here on ctrl-c does not kill the process.
    let shutdown = Shutdown::on_signal()?;
    let address = env::args().nth(1);
    let address = address.as_deref().unwrap_or("127.0.0.1:3000");
    let listener = TcpListener::bind(address).await?;
    let on = portable::runtime::current();
    println!("listening on {}, on {on}", listener.local_addr()?);
    serve(listener, router(Duration::from_secs(5)), shutdown).await
}
