//! Sockets that are always ready (contract 22).

use std::fs::File;
use std::io::{Read, Write};
use std::iter;
use std::thread;

use crate::common::always_ready::is_fair;
use crate::common::{on_both_flavors, program};
use portable::io::{AsyncReadExt, AsyncWriteExt};
use portable::net::{TcpListener, TcpStream, UdpSocket, lookup_host};
#[cfg(unix)]
use portable::net::{UnixDatagram, UnixStream};
use portable::runtime::Builder;
use portable::time::{Duration, sleep, timeout};

on_both_flavors! {
    reads_of_a_fast_peer,
    small_reads_of_a_fast_peer,
    reads_of_a_half,
    writes_to_a_fast_peer,
    a_write_and_a_read,
    looks_at_what_is_there,
    hearing_that_it_can_be_read,
    polling_whether_it_can_be_read,
    #[cfg(unix)]
    the_end_of_a_stream,
    flushing_and_closing_a_stream,
    connections_that_wait,
    datagrams_to_nobody,
    datagrams_to_oneself,
    #[cfg(unix)]
    unix_datagrams,
    errors_of_a_connect,
    #[cfg(unix)]
    errors_of_a_unix_connect,
    binding,
    addresses_that_are_written_out,
}

#[cfg(unix)]
async fn pair() -> (UnixStream, UnixStream) {
    UnixStream::pair().unwrap()
}

#[cfg(not(unix))]
async fn pair() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let one = TcpStream::connect(listener.local_addr().unwrap());
    let one = one.await.unwrap();
    (one, listener.accept().await.unwrap().0)
}

/// Returns the peer of a plain thread, which sends as fast as it can.
async fn flooded() -> TcpStream {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        while stream.write_all(&[0; 65536]).is_ok() {}
    });
    TcpStream::connect(address).await.unwrap()
}

async fn reads_of_a_fast_peer() {
    is_fair(|stop| async move {
        let mut stream = flooded().await;
        let mut bytes = vec![0; 65536];
        while !stop.is_set() {
            assert!(stream.read(&mut bytes).await.unwrap() > 0);
        }
    })
    .await;
}

async fn small_reads_of_a_fast_peer() {
    is_fair(|stop| async move {
        let mut stream = flooded().await;
        while !stop.is_set() {
            stream.read_exact(&mut [0; 16]).await.unwrap();
        }
    })
    .await;
}

async fn reads_of_a_half() {
    is_fair(|stop| async move {
        let (mut read, _write) = flooded().await.into_split();
        while !stop.is_set() {
            read.read_exact(&mut [0; 16]).await.unwrap();
        }
    })
    .await;
}

async fn writes_to_a_fast_peer() {
    is_fair(|stop| async move {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut bytes = vec![0; 65536];
            while stream.read(&mut bytes).is_ok_and(|read| read > 0) {}
        });
        let mut stream = TcpStream::connect(address).await.unwrap();
        while !stop.is_set() {
            stream.write_all(&[0; 16]).await.unwrap();
        }
    })
    .await;
}

async fn a_write_and_a_read() {
    is_fair(|stop| async move {
        let (mut one, mut other) = pair().await;
        while !stop.is_set() {
            one.write_all(&[0; 16]).await.unwrap();
            other.read_exact(&mut [0; 16]).await.unwrap();
        }
    })
    .await;
}

async fn looks_at_what_is_there() {
    is_fair(|stop| async move {
        let stream = flooded().await;
        while !stop.is_set() {
            stream.peek(&mut [0; 16]).await.unwrap();
        }
    })
    .await;
}

async fn hearing_that_it_can_be_read() {
    is_fair(|stop| async move {
        let stream = flooded().await;
        while !stop.is_set() {
            stream.readable().await.unwrap();
            stream.writable().await.unwrap();
        }
    })
    .await;
}

async fn polling_whether_it_can_be_read() {
    is_fair(|stop| async move {
        let stream = flooded().await;
        while !stop.is_set() {
            std::future::poll_fn(|cx| stream.poll_read_ready(cx))
                .await
                .unwrap();
        }
    })
    .await;
}

#[cfg(unix)]
async fn the_end_of_a_stream() {
    is_fair(|stop| async move {
        let (mut one, other) = UnixStream::pair().unwrap();
        drop(other);
        while !stop.is_set() {
            assert_eq!(one.read(&mut [0; 16]).await.unwrap(), 0);
            one.write(&[0; 16]).await.unwrap_err();
        }
    })
    .await;
}

async fn flushing_and_closing_a_stream() {
    is_fair(|stop| async move {
        let (mut one, _other) = pair().await;
        while !stop.is_set() {
            one.flush().await.unwrap();
            one.close().await.unwrap();
        }
    })
    .await;
}

async fn connections_that_wait() {
    is_fair(|stop| async move {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        while !stop.is_set() {
            let client = std::net::TcpStream::connect(address).unwrap();
            // Closed connections that linger for a minute would use up the ports.
            let _ = socket2::SockRef::from(&client).set_linger(Some(Duration::ZERO));
            let (served, _) = listener.accept().await.unwrap();
            served.set_zero_linger().unwrap();
        }
    })
    .await;
}

async fn datagrams_to_nobody() {
    is_fair(|stop| async move {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let full = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = full.local_addr().unwrap();
        while !stop.is_set() {
            socket.send_to(&[0; 16], address).await.unwrap();
        }
    })
    .await;
}

async fn datagrams_to_oneself() {
    is_fair(|stop| async move {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        socket.connect(socket.local_addr().unwrap()).await.unwrap();
        while !stop.is_set() {
            socket.send(&[0; 16]).await.unwrap();
            socket.recv(&mut [0; 16]).await.unwrap();
        }
    })
    .await;
}

#[cfg(unix)]
async fn unix_datagrams() {
    is_fair(|stop| async move {
        let (one, other) = UnixDatagram::pair().unwrap();
        while !stop.is_set() {
            one.send(&[0; 16]).await.unwrap();
            other.recv(&mut [0; 16]).await.unwrap();
        }
    })
    .await;
}

/// A client tries without a pause until its server is there.
async fn errors_of_a_connect() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = nobody.local_addr().unwrap();
    drop(nobody);
    is_fair(move |stop| async move {
        while !stop.is_set() {
            TcpStream::connect(address).await.unwrap_err();
        }
    })
    .await;
}

#[cfg(unix)]
async fn errors_of_a_unix_connect() {
    is_fair(|stop| async move {
        while !stop.is_set() {
            UnixStream::connect("/nobody/listens/here")
                .await
                .unwrap_err();
        }
    })
    .await;
}

async fn binding() {
    is_fair(|stop| async move {
        while !stop.is_set() {
            TcpListener::bind("127.0.0.1:0").await.unwrap();
            UdpSocket::bind("127.0.0.1:0").await.unwrap();
        }
    })
    .await;
}

async fn addresses_that_are_written_out() {
    is_fair(|stop| async move {
        while !stop.is_set() {
            assert_eq!(lookup_host("127.0.0.1:80").await.unwrap().count(), 1);
        }
    })
    .await;
}

/// The usual loop of a server goes on after an error.
#[cfg(unix)]
#[test]
fn accepting_without_descriptors() {
    async fn times_out() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        // The sleep needs its descriptors before they are gone.
        sleep(Duration::from_millis(1)).await;
        let client = std::net::TcpStream::connect(address).unwrap();
        let files: Vec<_> = iter::from_fn(|| File::open("/dev/null").ok()).collect();
        let accepts = async {
            loop {
                let error = listener.accept().await.unwrap_err();
                assert_eq!(
                    error.raw_os_error(),
                    Some(rustix::io::Errno::MFILE.raw_os_error())
                );
            }
        };
        timeout(Duration::from_millis(50), accepts)
            .await
            .unwrap_err();
        drop((files, client));
        println!("timed out");
    }

    program!("accepting_without_descriptors").run(
        || {
            limit_descriptors(100);
            for mut builder in [Builder::new_current_thread(), Builder::new_multi_thread()] {
                builder.build().unwrap().block_on(times_out());
            }
        },
        |outcome| outcome.printed(&["timed out"; 2]),
    );
}

#[cfg(unix)]
fn limit_descriptors(limit: u64) {
    use rustix::process::{Resource, getrlimit, setrlimit};

    let mut limits = getrlimit(Resource::Nofile);
    limits.current = Some(limit);
    setrlimit(Resource::Nofile, limits).unwrap();
}
