//! Runs the server natively on Tokio. The arguments are those of `redis-demo`.

#[cfg(unix)]
#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    use portable_bench_redis::shutdown::Shutdown;
    use portable_bench_redis::{Database, serve};
    use tokio::net::TcpListener;

    let shutdown = Shutdown::on_signal()?;
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:6379".into());
    let limit = arguments.next().map_or(Ok(1000), |limit| limit.parse())?;
    let listener = TcpListener::bind(address.as_str()).await?;
    println!("listening on {}, on tokio alone", listener.local_addr()?);
    serve(listener, Database::default(), limit, shutdown).await?;
    println!("stopped");
    Ok(())
}

#[cfg(not(unix))]
fn main() {
    eprintln!("sockets of `portable` are for Unix");
}
