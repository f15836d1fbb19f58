//! The halves of a [`TcpStream`]; stands for `tokio::net::tcp`.

use std::net::SocketAddr;

use super::TcpStream;

halves! { TcpStream, SocketAddr }
