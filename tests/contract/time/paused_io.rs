//! A paused clock beside files, sockets and children (contract 30).

use crate::common::on_current_thread;
use portable::io::{AsyncReadExt, AsyncWriteExt};
use portable::net::{TcpListener, TcpStream, UnixStream, lookup_host};
use portable::process::Command;
use portable::time::{self, Duration, sleep, timeout};
use portable::{fs, task};

use super::paused::{HOUR, takes};

on_current_thread! {
    a_file_is_read_in_no_time,
    a_conversation_of_two_tasks_takes_no_time,
    a_wait_for_readiness_takes_no_time,
    a_connection_is_made_in_no_time,
    the_name_of_a_host_is_looked_up_in_no_time,
    a_socket_that_nobody_reads_any_more_does_not_stop_the_clock,
    a_child_ends_in_time,
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
