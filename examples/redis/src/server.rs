use std::io;
use std::sync::Arc;

use portable::io::AsyncWriteExt;
use portable::net::TcpListener;
use portable::shutdown::Shutdown;
use portable::sync::Semaphore;
use portable::task;
use portable::time::{self, Duration};

use crate::connection::connection;
use crate::{Channels, Store};

/// The time that answers may still take once the end was requested.
pub const MAX_END: Duration = Duration::from_secs(10);

/// All that clients share. A clone shares the same.
#[derive(Clone, Debug, Default)]
pub struct Database {
    /// The values.
    pub store: Store,
    /// The channels and their subscribers.
    pub channels: Channels,
}

/// Serves at most `limit` connections at once, until the end is requested and all requests are
/// answered.
///
/// # Errors
///
/// Returns `TimedOut` if some client has not taken its answers [`MAX_END`] after the end was
/// requested.
pub async fn serve(
    listener: TcpListener,
    database: Database,
    limit: usize,
    shutdown: Shutdown,
) -> io::Result<()> {
    let store = database.store.clone();
    let expiry = task::spawn(async move { store.remove_expired().await });
    let places = Arc::new(Semaphore::new(limit));
    while let Some(accepted) = shutdown.run_until_requested(listener.accept()).await {
        let (mut stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Too many files are open, or the like: the loop waits until others have closed
                // theirs.
                eprintln!("cannot accept: {error}");
                time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let place = places.clone().try_acquire_owned();
        let database = database.clone();
        let guard = shutdown.guard();
        task::spawn(async move {
            let served = match place {
                Ok(_place) => connection(stream, database, &guard).await,
                Err(_) => {
                    let refusal = b"-ERR max number of clients reached\r\n";
                    stream.write_all(refusal).await
                }
            };
            if let Err(error) = served {
                eprintln!("{peer} {error}");
            }
        });
    }
    // The operating system refuses new connections from here on.
    drop(listener);
    shutdown.wait_for(MAX_END).await?;
    expiry.abort();
    Ok(())
}
