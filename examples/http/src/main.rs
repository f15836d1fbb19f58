//! Runs the service: `cargo run -p http-demo --features smol`, or on another runtime.

use std::{env, io};

use http_demo::{Store, serve};
use portable::net::TcpListener;
use portable::shutdown::Shutdown;

#[portable::main]
async fn main() -> io::Result<()> {
    // The shutdown comes before anything else: from here on ctrl-c does not kill the process.
    let shutdown = Shutdown::on_signal()?;
    let address = env::args().nth(1);
    let address = address.as_deref().unwrap_or("127.0.0.1:3000");
    let listener = TcpListener::bind(address).await?;
    println!(
        "listening on {}, on {}",
        listener.local_addr()?,
        portable::runtime::current()
    );

    let requests = serve(listener, Store::default(), shutdown).await?;
    println!("stopped after {requests} requests");
    Ok(())
}
