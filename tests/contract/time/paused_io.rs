//! A paused clock beside files, sockets and children (contract 30).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::common::on_current_thread;
use portable::io::{AsyncReadExt, AsyncWriteExt};
use portable::net::{TcpListener, TcpStream, UnixStream, lookup_host};
use portable::process::Command;
use portable::time::{self, Duration, Instant, sleep, timeout};
use portable::{fs, task};

use super::paused::{HOUR, takes};

on_current_thread! {
    a_file_is_read_in_no_time,
    a_conversation_of_two_tasks_takes_no_time,
    a_thousand_conversations_on_a_busy_machine_take_no_time,
    a_wait_for_readiness_takes_no_time,
    a_connection_is_made_in_no_time,
    the_name_of_a_host_is_looked_up_in_no_time,
    a_socket_that_nobody_reads_any_more_does_not_stop_the_clock,
    a_child_ends_in_time,
    what_waits_for_a_socket_is_not_said_to_wait_for_ever,
}

async fn a_file_is_read_in_no_time() {
    time::pause();
    let read = fs::read(std::env::current_exe().unwrap());
    takes(0, async {
        timeout(Duration::from_millis(1), read)
            .await
            .unwrap()
            .unwrap()
    })
    .await;
}

async fn a_conversation_of_two_tasks_takes_no_time() {
    time::pause();
    let (mut here, mut there) = UnixStream::pair().unwrap();
    task::spawn(async move {
        let mut bytes = [0; 8];
        while there.read_exact(&mut bytes).await.is_ok() {
            there.write_all(&bytes).await.unwrap();
        }
    });
    let talk = async {
        let mut bytes = [0; 8];
        for n in 0..200_u64 {
            here.write_all(&n.to_ne_bytes()).await.unwrap();
            here.read_exact(&mut bytes).await.unwrap();
        }
    };
    takes(0, async {
        timeout(Duration::from_secs(1), talk).await.unwrap()
    })
    .await;
}

async fn a_thousand_conversations_on_a_busy_machine_take_no_time() {
    /// Keeps all cores busy until it is dropped.
    struct Load(Arc<AtomicBool>);

    impl Load {
        fn start() -> Self {
            let is_over = Arc::new(AtomicBool::new(false));
            for _ in 0..2 * thread::available_parallelism().unwrap().get() {
                let is_over = is_over.clone();
                thread::spawn(move || while !is_over.load(Ordering::Relaxed) {});
            }
            Self(is_over)
        }
    }

    impl Drop for Load {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
        }
    }

    time::pause();
    let _load = Load::start();
    let start = Instant::now();
    for _ in 0..10 {
        let talks: Vec<_> = (0..100_u8)
            .map(|n| {
                let (mut here, mut there) = UnixStream::pair().unwrap();
                task::spawn(async move {
                    let mut byte = [0];
                    while there.read(&mut byte).await.unwrap() > 0 {
                        there.write_all(&[byte[0] + 1]).await.unwrap();
                    }
                });
                task::spawn(timeout(Duration::from_millis(1), async move {
                    let mut byte = [n];
                    for _ in 0..3 {
                        here.write_all(&byte).await.unwrap();
                        here.read_exact(&mut byte).await.unwrap();
                    }
                    assert_eq!(byte, [n + 3]);
                }))
            })
            .collect();
        for talk in talks {
            talk.await.unwrap().expect("it is in time");
        }
    }
    assert_eq!(start.elapsed(), Duration::ZERO);
}

async fn a_wait_for_readiness_takes_no_time() {
    time::pause();
    let (mut here, there) = UnixStream::pair().unwrap();
    let reader = task::spawn(async move {
        let mut bytes = [0; 8];
        for _ in 0..100 {
            let ready = timeout(Duration::from_millis(1), there.readable());
            ready.await.expect("it is in time").unwrap();
            while there.try_read(&mut bytes).is_ok_and(|read| read > 0) {}
        }
    });
    takes(0, async {
        for _ in 0..100 {
            here.write_all(&[1; 8]).await.unwrap();
            task::yield_now().await;
        }
        drop(here);
        reader.await.unwrap();
    })
    .await;
}

async fn a_connection_is_made_in_no_time() {
    time::pause();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    for _ in 0..20 {
        let connect = timeout(Duration::from_millis(1), TcpStream::connect(address));
        takes(0, async { connect.await.unwrap().unwrap() }).await;
        let accept = timeout(Duration::from_millis(1), listener.accept());
        takes(0, async { accept.await.unwrap().unwrap() }).await;
    }
}

async fn the_name_of_a_host_is_looked_up_in_no_time() {
    time::pause();
    let lookup = timeout(Duration::from_millis(1), lookup_host("localhost:80"));
    takes(0, async { lookup.await.unwrap().unwrap().count() }).await;
}

async fn a_socket_that_nobody_reads_any_more_does_not_stop_the_clock() {
    time::pause();
    let (mut here, mut there) = UnixStream::pair().unwrap();
    timeout(HOUR, here.read(&mut [0; 8])).await.unwrap_err();
    there.write_all(b"too late").await.unwrap();
    takes(3_600_000, sleep(HOUR)).await;
}

async fn a_child_ends_in_time() {
    time::pause();
    let mut child = Command::new("sleep").arg("0.01").spawn().unwrap();
    let ended = timeout(HOUR, child.wait());
    takes(0, async { ended.await.unwrap().unwrap() }).await;
}

async fn what_waits_for_a_socket_is_not_said_to_wait_for_ever() {
    time::pause();
    let (mut here, _there) = UnixStream::pair().unwrap();
    let reader = task::spawn(async move { here.read(&mut [0; 8]).await });
    let abort = reader.abort_handle();
    thread::spawn(move || {
        thread::sleep(Duration::from_millis(1500));
        abort.abort();
    });
    assert!(reader.await.unwrap_err().is_cancelled());
}
