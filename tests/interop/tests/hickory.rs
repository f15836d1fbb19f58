//! Tests of hickory's resolver, by a server of these tests.
#![cfg(all(unix, feature = "_runtime"))]

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use hickory_resolver::Resolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
use hickory_resolver::proto::op::{Message, ResponseCode};
use hickory_resolver::proto::rr::rdata::A;
use hickory_resolver::proto::rr::{RData, Record, RecordType};
use portable::adapters::HickoryRuntime;
use portable::io::{AsyncReadExt, AsyncWriteExt};
use portable::net::{TcpListener, TcpStream, UdpSocket};
use portable::task;
use portable::time::{Duration, Instant};

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Answers a question for the address of a name: `n.test.` has the addresses 10.0.0.1 to 10.0.0.n, and
/// `0.test.` does not exist.
fn answer(question: &[u8], by_udp: bool) -> Vec<u8> {
    let mut message = Message::from_vec(question).unwrap().into_response();
    let query = message.queries[0].clone();
    let name = query.name().clone();
    let label = name.iter().next().unwrap().to_vec();
    let count: u8 = String::from_utf8(label).unwrap().parse().unwrap();
    if count == 0 {
        message.metadata.response_code = ResponseCode::NXDomain;
    } else if query.query_type() == RecordType::A {
        // So many do not fit into a datagram.
        message.metadata.truncation = by_udp && count > 20;
        for n in (1..=count).take(if message.metadata.truncation { 0 } else { 255 }) {
            let address = RData::A(A(Ipv4Addr::new(10, 0, 0, n)));
            message.add_answer(Record::from_rdata(name.clone(), 60, address));
        }
    }
    message.to_vec().unwrap()
}

async fn serve_udp(socket: UdpSocket) -> io::Result<()> {
    let mut question = [0; 1500];
    loop {
        let (len, from) = socket.recv_from(&mut question).await?;
        socket
            .send_to(&answer(&question[..len], true), from)
            .await?;
    }
}

async fn serve_tcp(mut stream: TcpStream) -> io::Result<()> {
    loop {
        let mut len = [0; 2];
        stream.read_exact(&mut len).await?;
        let mut question = vec![0; u16::from_be_bytes(len).into()];
        stream.read_exact(&mut question).await?;
        let answer = answer(&question, false);
        let len = u16::try_from(answer.len()).unwrap().to_be_bytes();
        stream.write_all(&len).await?;
        stream.write_all(&answer).await?;
    }
}

/// A server, by UDP and TCP on one port.
async fn server() -> Result<SocketAddr> {
    loop {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        // Another program may have it.
        let Ok(socket) = UdpSocket::bind(address).await else {
            continue;
        };
        task::spawn(serve_udp(socket));
        task::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                task::spawn(serve_tcp(stream));
            }
        });
        return Ok(address);
    }
}

fn resolver(server: SocketAddr) -> Result<Resolver<HickoryRuntime>> {
    let mut connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()];
    for connection in &mut connections {
        connection.port = server.port();
    }
    let server = NameServerConfig::new(server.ip(), true, connections.into());
    let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
    let mut builder = Resolver::builder_with_config(config, HickoryRuntime::new());
    builder.options_mut().timeout = Duration::from_millis(500);
    builder.options_mut().attempts = 1;
    Ok(builder.build()?)
}

fn addresses(count: u8) -> Vec<IpAddr> {
    (1..=count)
        .map(|n| Ipv4Addr::new(10, 0, 0, n).into())
        .collect()
}

#[portable::test(timeout = "60s")]
async fn names_are_resolved_by_udp() -> Result {
    let resolver = resolver(server().await?)?;
    for count in [1, 5, 20] {
        let found = resolver.lookup_ip(format!("{count}.test.")).await?;
        let mut found: Vec<_> = found.iter().collect();
        found.sort_unstable();
        assert_eq!(found, addresses(count));
    }
    let error = resolver.lookup_ip("0.test.").await.unwrap_err();
    assert!(error.is_nx_domain(), "{error}");
    Ok(())
}

#[portable::test(timeout = "60s")]
async fn what_does_not_fit_into_a_datagram_comes_by_tcp() -> Result {
    let resolver = resolver(server().await?)?;
    let found = resolver.lookup_ip("100.test.").await?;
    let mut found: Vec<_> = found.iter().collect();
    found.sort_unstable();
    assert_eq!(found, addresses(100));
    Ok(())
}

#[portable::test(timeout = "60s")]
async fn many_names_are_resolved_at_once() -> Result {
    let resolver = resolver(server().await?)?;
    let mut lookups = task::JoinSet::new();
    for count in 1..=20_u8 {
        let resolver = resolver.clone();
        lookups.spawn(async move {
            let found = resolver.lookup_ip(format!("{count}.test.")).await?;
            assert_eq!(found.iter().count(), usize::from(count));
            Result::Ok(())
        });
    }
    while let Some(lookup) = lookups.join_next().await {
        lookup??;
    }
    Ok(())
}

/// The timers are ours.
#[portable::test(timeout = "60s")]
async fn a_server_that_is_silent_is_given_up() -> Result {
    let silent = UdpSocket::bind("127.0.0.1:0").await?;
    let resolver = resolver(silent.local_addr()?)?;
    let start = Instant::now();
    resolver.lookup_ip("1.test.").await.unwrap_err();
    assert!(start.elapsed() >= Duration::from_millis(400));
    Ok(())
}
