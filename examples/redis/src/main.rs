//! Runs the server: `cargo run -p redis-demo --features smol`, or on another runtime.
//!
//! The arguments are the address and the largest number of connections, both optional.

use std::env;
use std::error::Error;

use portable::net::TcpListener;
use portable::shutdown::Shutdown;
use redis_demo::{Database, serve};

#[portable::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // The shutdown comes before anything else: from here on ctrl-c does not kill the process.
    let shutdown = Shutdown::on_signal()?;
    let mut arguments = env::args().skip(1);
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:6379".into());
    let limit = arguments.next().map_or(Ok(1000), |limit| limit.parse())?;
    let listener = TcpListener::bind(address.as_str()).await?;
    println!(
        "listening on {}, on {}",
        listener.local_addr()?,
        portable::runtime::current()
    );
    serve(listener, Database::default(), limit, shutdown).await?;
    println!("stopped");
    Ok(())
}
