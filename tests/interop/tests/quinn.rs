//! Tests of QUIC by quinn: its endpoints, timers and tasks, over loopback.
#![cfg(all(unix, feature = "_runtime"))]

use std::future::poll_fn;
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::time::{Duration, Instant};

use portable::adapters::QuinnRuntime;
use portable::task::JoinSet;
use quinn::rustls::RootCertStore;
use quinn::rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use quinn::{
    ClientConfig, ConnectionError, Endpoint, EndpointConfig, Incoming, Runtime, ServerConfig,
    TransportConfig,
};

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// An endpoint that answers, and a client for it.
struct Pair {
    server: Endpoint,
    client: Endpoint,
    address: SocketAddr,
}

impl Pair {
    fn new(transport: TransportConfig) -> Result<Self> {
        let certified = rcgen::generate_simple_self_signed(["localhost".to_string()])?;
        let certificate = CertificateDer::from(certified.cert);
        let key = PrivatePkcs8KeyDer::from(certified.signing_key.serialize_der());
        let transport = Arc::new(transport);

        let mut config = ServerConfig::with_single_cert(vec![certificate.clone()], key.into())?;
        config.transport_config(transport.clone());
        let server = endpoint(Some(config))?;
        let address = server.local_addr()?;

        let mut roots = RootCertStore::empty();
        roots.add(certificate)?;
        let mut config = ClientConfig::with_root_certificates(Arc::new(roots))?;
        config.transport_config(transport);
        let mut client = endpoint(None)?;
        client.set_default_client_config(config);
        Ok(Self {
            server,
            client,
            address,
        })
    }

    /// Echoes all streams of all connections.
    fn serve(&self) {
        let server = self.server.clone();
        portable::spawn(async move {
            while let Some(incoming) = server.accept().await {
                portable::spawn(echo(incoming));
            }
        });
    }

    async fn connect(&self) -> Result<quinn::Connection> {
        Ok(self.client.connect(self.address, "localhost")?.await?)
    }
}

fn endpoint(server: Option<ServerConfig>) -> Result<Endpoint> {
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    let runtime = Arc::new(QuinnRuntime::new());
    let config = EndpointConfig::default();
    Ok(Endpoint::new(config, server, socket, runtime)?)
}

async fn echo(incoming: Incoming) -> Result {
    let connection = incoming.await?;
    while let Ok((mut send, mut recv)) = connection.accept_bi().await {
        portable::spawn(async move {
            while let Some(chunk) = recv.read_chunk(usize::MAX, true).await? {
                send.write_chunk(chunk.bytes).await?;
            }
            send.finish()?;
            Result::Ok(())
        });
    }
    Ok(())
}

#[portable::test(timeout = "60s")]
async fn streams_are_echoed() -> Result {
    let pair = Pair::new(TransportConfig::default())?;
    pair.serve();
    // There are more connections than one poller of the socket serves, and they send at the same
    // time.
    let mut clients = JoinSet::new();
    for number in 0..4_u8 {
        let connection = pair.connect().await?;
        clients.spawn(async move {
            let (mut send, mut recv) = connection.open_bi().await?;
            let data = vec![number; 2 << 20];
            let sent = data.clone();
            let sender = portable::spawn(async move {
                send.write_all(&sent).await?;
                send.finish()?;
                Result::Ok(())
            });
            let came = recv.read_to_end(data.len()).await?;
            assert!(came == data);
            sender.await??;
            connection.close(0_u8.into(), b"done");
            Result::Ok(())
        });
    }
    while let Some(client) = clients.join_next().await {
        client??;
    }
    // Each endpoint waits until it has told the other side.
    pair.client.wait_idle().await;
    pair.server.wait_idle().await;
    Ok(())
}

#[portable::test(timeout = "60s")]
async fn a_connection_that_is_kept_alive_outlives_its_idle_timeout() -> Result {
    let mut transport = TransportConfig::default();
    transport
        .max_idle_timeout(Some(Duration::from_millis(800).try_into()?))
        .keep_alive_interval(Some(Duration::from_millis(100)));
    let pair = Pair::new(transport)?;
    pair.serve();
    let connection = pair.connect().await?;
    portable::time::sleep(Duration::from_millis(1600)).await;
    assert!(connection.close_reason().is_none());
    Ok(())
}

#[portable::test(timeout = "60s")]
async fn a_peer_that_is_gone_is_noticed_by_the_timer() -> Result {
    let mut transport = TransportConfig::default();
    transport.max_idle_timeout(Some(Duration::from_millis(300).try_into()?));
    let pair = Pair::new(transport)?;
    pair.serve();
    let connection = pair.connect().await?;
    let start = Instant::now();
    // Neither side sends anything.
    assert_eq!(connection.closed().await, ConnectionError::TimedOut);
    assert!(start.elapsed() >= Duration::from_millis(250));
    Ok(())
}

/// On loopback no send ever blocks, so no endpoint asks for this.
#[portable::test(timeout = "60s")]
async fn any_number_of_tasks_may_wait_until_a_socket_is_writable() -> Result {
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    let socket = QuinnRuntime::new().wrap_udp_socket(socket)?;
    let mut waiting = JoinSet::new();
    for _ in 0..3 {
        let mut poller = socket.clone().create_io_poller();
        waiting.spawn(async move {
            // A poller that was ready may be asked again.
            for _ in 0..3 {
                poll_fn(|cx| poller.as_mut().poll_writable(cx)).await?;
            }
            Result::Ok(())
        });
    }
    while let Some(done) = waiting.join_next().await {
        done??;
    }
    Ok(())
}
