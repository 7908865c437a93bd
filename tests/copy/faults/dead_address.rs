//! A host name with two addresses, of which one is dead.

use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpSocket, TcpStream};

use super::proxy::runtime;

/// How an address is dead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dead {
    /// No process listens there.
    Refuses,
    /// No answer comes to a greeting, as from a machine that is gone.
    Silent,
}

/// The address that no proxy listens at.
pub(super) const DEAD: [u8; 4] = [127, 0, 0, 2];

/// An address that says nothing, for as long as this lives.
pub(super) struct Silence {
    _listener: TcpListener,
    _queue: Vec<TcpStream>,
}

impl Silence {
    /// Makes `port` silent at the dead address: the kernel drops greetings to a listener whose
    /// queue is full.
    pub(super) fn at(port: u16) -> Self {
        runtime().block_on(async {
            let address = SocketAddr::from((DEAD, port));
            let socket = TcpSocket::new_v4().unwrap();
            socket.bind(address).unwrap();
            let listener = socket.listen(1).unwrap();
            let mut queue = Vec::new();
            let patience = std::time::Duration::from_millis(200);
            while let Ok(connection) =
                tokio::time::timeout(patience, TcpStream::connect(address)).await
            {
                queue.push(connection.unwrap());
                assert!(queue.len() < 50, "the queue never fills");
            }
            Self { _listener: listener, _queue: queue }
        })
    }
}
