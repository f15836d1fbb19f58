//! UDP: datagrams (contract 20).

use std::collections::BTreeSet;
use std::future::poll_fn;
use std::io;
use std::net::Ipv4Addr;
use std::pin::pin;
use std::sync::Arc;

use crate::common::{self, on_both_flavors};
use portable::net::UdpSocket;
use portable::task::{self, JoinSet};
use portable::time::{Duration, timeout};

on_both_flavors! {
    datagrams_keep_their_bounds,
    what_has_no_place_is_lost,
    a_connected_socket_hears_the_other_side_alone,
    peek_leaves_the_datagram,
    trying_says_would_block,
    poll_functions_do_the_same,
    ready_and_try_receive_all,
    many_tasks_receive_from_one_socket,
    many_tasks_send_by_one_socket,
    a_host_name_is_an_address_to_send_to,
    nobody_at_the_other_side_is_an_error,
    too_big_a_datagram_is_an_error,
    std_and_back_loses_nothing,
    options_are_set,
    a_group_gets_what_is_sent_to_it,
}

async fn socket() -> UdpSocket {
    UdpSocket::bind("127.0.0.1:0").await.unwrap()
}

/// Returns two sockets that are connected with each other.
async fn pair() -> (UdpSocket, UdpSocket) {
    let (one, other) = (socket().await, socket().await);
    one.connect(other.local_addr().unwrap()).await.unwrap();
    other.connect(one.local_addr().unwrap()).await.unwrap();
    (one, other)
}

async fn datagrams_keep_their_bounds() {
    let (one, other) = pair().await;
    let texts: [&[u8]; 5] = [b"one", b"", b"three", &[4; 9000], b"five"];
    for text in texts {
        assert_eq!(one.send(text).await.unwrap(), text.len());
    }
    let mut buf = vec![0; 10_000];
    for text in texts {
        let len = other.recv(&mut buf).await.unwrap();
        assert_eq!(&buf[..len], text);
    }
    assert_eq!(one.peer_addr().unwrap(), other.local_addr().unwrap());
}

async fn what_has_no_place_is_lost() {
    let (one, other) = pair().await;
    one.send(b"too long").await.unwrap();
    one.send(b"next").await.unwrap();
    let mut buf = [0; 3];
    if cfg!(windows) {
        // What has no place is an error, `WSAEMSGSIZE`.
        for _ in 0..2 {
            let error = other.recv(&mut buf).await.unwrap_err();
            assert_eq!(error.raw_os_error(), Some(10040));
        }
        return;
    }
    assert_eq!(other.recv(&mut buf).await.unwrap(), 3);
    assert_eq!(&buf, b"too");
    let (len, from) = other.recv_from(&mut buf).await.unwrap();
    assert_eq!((len, from), (3, one.local_addr().unwrap()));
    assert_eq!(&buf, b"nex");
}

async fn a_connected_socket_hears_the_other_side_alone() {
    let (one, other) = pair().await;
    let stranger = socket().await;
    let address = other.local_addr().unwrap();
    stranger.send_to(b"strange", address).await.unwrap();
    one.send(b"known").await.unwrap();
    let mut buf = [0; 8];
    assert_eq!(other.recv(&mut buf).await.unwrap(), 5);
    assert_eq!(&buf[..5], b"known");
    assert!(other.try_recv(&mut buf).is_err());
    let error = stranger.peer_addr().unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::NotConnected);
    let error = stranger.send(b"to whom").await.unwrap_err();
    assert!(error.raw_os_error().is_some());
}

async fn peek_leaves_the_datagram() {
    let (one, other) = pair().await;
    let from = one.local_addr().unwrap();
    let mut buf = [0; 8];
    assert!(other.try_peek(&mut buf).is_err());
    assert!(other.try_peek_sender().is_err());
    {
        let mut sender = pin!(other.peek_sender());
        assert!(common::poll_once(sender.as_mut()).is_pending());
        one.send(b"hello").await.unwrap();
        assert_eq!(sender.await.unwrap(), from);
    }
    assert_eq!(other.peek(&mut buf).await.unwrap(), 5);
    assert_eq!(other.peek_from(&mut buf).await.unwrap(), (5, from));
    assert_eq!(other.try_peek(&mut buf).unwrap(), 5);
    assert_eq!(other.try_peek_from(&mut buf).unwrap(), (5, from));
    assert_eq!(other.try_peek_sender().unwrap(), from);
    let polled = poll_fn(|cx| other.poll_peek(cx, &mut buf)).await;
    assert_eq!(polled.unwrap(), 5);
    let polled = poll_fn(|cx| other.poll_peek_from(cx, &mut buf)).await;
    assert_eq!(polled.unwrap(), (5, from));
    let polled = poll_fn(|cx| other.poll_peek_sender(cx)).await;
    assert_eq!(polled.unwrap(), from);
    buf.fill(0);
    assert_eq!(other.recv(&mut buf).await.unwrap(), 5);
    assert_eq!(&buf[..5], b"hello");
}

async fn trying_says_would_block() {
    let (one, other) = pair().await;
    let mut buf = [0; 8];
    let error = other.try_recv(&mut buf).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
    let error = other.try_recv_from(&mut buf).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
    assert_eq!(one.try_send(b"hello").unwrap(), 5);
    let to = other.local_addr().unwrap();
    let stranger = socket().await;
    assert_eq!(stranger.try_send_to(b"hello", to).unwrap(), 5);
    other.readable().await.unwrap();
    assert_eq!(other.try_recv(&mut buf).unwrap(), 5);
    assert!(other.try_recv(&mut buf).is_err());
}

async fn poll_functions_do_the_same() {
    let (one, other) = pair().await;
    let to = other.local_addr().unwrap();
    let from = one.local_addr().unwrap();
    let one = {
        let unconnected = socket().await;
        poll_fn(|cx| one.poll_send_ready(cx)).await.unwrap();
        let sent = poll_fn(|cx| one.poll_send(cx, b"hello")).await;
        assert_eq!(sent.unwrap(), 5);
        let sent = poll_fn(|cx| unconnected.poll_send_to(cx, b"lost", to)).await;
        assert_eq!(sent.unwrap(), 4);
        one
    };
    let mut buf = [0; 8];
    poll_fn(|cx| other.poll_recv_ready(cx)).await.unwrap();
    let received = poll_fn(|cx| other.poll_recv(cx, &mut buf)).await;
    assert_eq!(received.unwrap(), 5);
    one.send(b"again").await.unwrap();
    let received = poll_fn(|cx| other.poll_recv_from(cx, &mut buf)).await;
    assert_eq!(received.unwrap(), (5, from));
}

async fn ready_and_try_receive_all() {
    let (one, other) = pair().await;
    let sender = task::spawn(async move {
        for n in 0..100_u8 {
            one.send(&[n]).await.unwrap();
            // The receiver has room for all datagrams, and finds some together and some alone.
            if n % 7 == 0 {
                portable::time::sleep(Duration::from_millis(1)).await;
            }
        }
        one
    });
    let mut expected = 0;
    let mut turns = 0;
    while expected < 100 {
        other.readable().await.unwrap();
        turns += 1;
        let mut buf = [0; 2];
        match other.try_recv(&mut buf) {
            Ok(len) => {
                assert_eq!((len, buf[0]), (1, expected));
                expected += 1;
            }
            Err(error) => assert_eq!(error.kind(), io::ErrorKind::WouldBlock),
        }
    }
    assert!(turns < 1000, "{turns} turns");
    sender.await.unwrap();
}

/// All tasks wait at once, and each datagram goes to one of them.
async fn many_tasks_receive_from_one_socket() {
    const TASKS: u8 = 100;

    let (one, other) = pair().await;
    let other = Arc::new(other);
    let mut tasks = JoinSet::new();
    for n in 0..TASKS {
        let other = other.clone();
        tasks.spawn(async move {
            let mut buf = [0; 2];
            let len = if n % 2 == 0 {
                other.recv(&mut buf).await.unwrap()
            } else {
                other.recv_from(&mut buf).await.unwrap().0
            };
            assert_eq!(len, 1);
            buf[0]
        });
    }
    for _ in 0..10 {
        task::yield_now().await;
    }
    for n in 0..TASKS {
        one.send(&[n]).await.unwrap();
        if n % 10 == 0 {
            task::yield_now().await;
        }
    }
    let mut received = BTreeSet::new();
    while let Some(n) = tasks.join_next().await {
        assert!(received.insert(n.unwrap()));
    }
    assert!(received.into_iter().eq(0..TASKS));
}

async fn many_tasks_send_by_one_socket() {
    let (one, other) = pair().await;
    let one = Arc::new(one);
    let mut tasks = JoinSet::new();
    for n in 0..100_u8 {
        let one = one.clone();
        tasks.spawn(async move { one.send(&[n]).await.unwrap() });
    }
    let mut received = BTreeSet::new();
    for _ in 0..100 {
        let mut buf = [0; 2];
        assert_eq!(other.recv(&mut buf).await.unwrap(), 1);
        assert!(received.insert(buf[0]));
    }
    while let Some(sent) = tasks.join_next().await {
        assert_eq!(sent.unwrap(), 1);
    }
}

async fn a_host_name_is_an_address_to_send_to() {
    let (one, other) = (socket().await, socket().await);
    let port = other.local_addr().unwrap().port();
    let addresses = [other.local_addr().unwrap(), one.local_addr().unwrap()];
    one.send_to(b"1", &addresses[..]).await.unwrap();
    one.send_to(b"2", format!("127.0.0.1:{port}"))
        .await
        .unwrap();
    one.send_to(b"3", ("127.0.0.1", port)).await.unwrap();
    let mut buf = [0; 2];
    for n in b'1'..=b'3' {
        assert_eq!(other.recv(&mut buf).await.unwrap(), 1);
        assert_eq!(buf[0], n);
    }
    let error = one.send_to(b"4", &[][..]).await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
}

/// The socket reports the error if the operating system does, and goes on.
#[cfg(target_os = "linux")]
async fn nobody_at_the_other_side_is_an_error() {
    let (one, other) = pair().await;
    let address = other.local_addr().unwrap();
    drop(other);
    // A child that another test is just starting may still own the closed socket.
    let error = loop {
        one.send(b"anyone?").await.unwrap();
        let mut buf = [0; 8];
        if let Ok(received) = timeout(Duration::from_millis(100), one.recv(&mut buf)).await {
            break received.unwrap_err();
        }
    };
    assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
    assert!(error.raw_os_error().is_some());
    let other = UdpSocket::bind(address).await.unwrap();
    one.send(b"hello").await.unwrap();
    assert_eq!(other.recv(&mut [0; 8]).await.unwrap(), 5);
}

#[cfg(not(target_os = "linux"))]
async fn nobody_at_the_other_side_is_an_error() {}

async fn too_big_a_datagram_is_an_error() {
    let (one, other) = pair().await;
    let big = vec![7; 70_000];
    let std = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    std.connect(other.local_addr().unwrap()).unwrap();
    let expected = std.send(&big).unwrap_err();
    let error = one.send(&big).await.unwrap_err();
    assert_eq!(error.raw_os_error(), expected.raw_os_error());
    assert!(error.raw_os_error().is_some());
    one.send(b"small").await.unwrap();
    assert_eq!(other.recv(&mut [0; 8]).await.unwrap(), 5);
}

async fn std_and_back_loses_nothing() {
    let (one, other) = pair().await;
    one.send(b"hello").await.unwrap();
    other.readable().await.unwrap();
    let std = other.into_std().unwrap();
    let other = UdpSocket::from_std(std).unwrap();
    let mut buf = [0; 8];
    assert_eq!(other.recv(&mut buf).await.unwrap(), 5);

    let blocks = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let socket = UdpSocket::try_from(blocks).unwrap();
    assert!(socket.try_recv(&mut buf).is_err());
}

async fn options_are_set() {
    let socket = socket().await;
    assert!(!socket.broadcast().unwrap());
    socket.set_broadcast(true).unwrap();
    assert!(socket.broadcast().unwrap());
    socket.set_multicast_loop_v4(false).unwrap();
    assert!(!socket.multicast_loop_v4().unwrap());
    socket.set_multicast_ttl_v4(7).unwrap();
    assert_eq!(socket.multicast_ttl_v4().unwrap(), 7);
    socket.set_ttl(60).unwrap();
    assert_eq!(socket.ttl().unwrap(), 60);
    socket.set_tos_v4(16).unwrap();
    assert_eq!(socket.tos_v4().unwrap(), 16);
    assert!(socket.take_error().unwrap().is_none());
    #[cfg(target_os = "linux")]
    assert!(socket.device().unwrap().is_none());
}

/// The test ends early on a machine without a route to the group.
async fn a_group_gets_what_is_sent_to_it() {
    let group = Ipv4Addr::new(239, 255, 77, 78);
    let member = UdpSocket::bind("0.0.0.0:0").await.unwrap();
    let port = member.local_addr().unwrap().port();
    if member
        .join_multicast_v4(group, Ipv4Addr::LOCALHOST)
        .is_err()
    {
        return;
    }
    let sender = socket().await;
    socket2::SockRef::from(&sender)
        .set_multicast_if_v4(&Ipv4Addr::LOCALHOST)
        .unwrap();
    if sender.send_to(b"all", (group, port)).await.is_err() {
        return;
    }
    let mut buf = [0; 8];
    assert_eq!(member.recv(&mut buf).await.unwrap(), 3);
    member
        .leave_multicast_v4(group, Ipv4Addr::LOCALHOST)
        .unwrap();
    let twice = member.leave_multicast_v4(group, Ipv4Addr::LOCALHOST);
    assert!(twice.unwrap_err().raw_os_error().is_some());
}
