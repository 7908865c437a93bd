//! A second address for a server: connections are handed on as they are.

use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// Hands connections on until it is dropped.
pub(super) struct Relay {
    address: (String, u16),
    is_over: Arc<AtomicBool>,
}

impl Relay {
    /// Listens at `address:port` in front of `backend`.
    pub(super) fn start(address: &str, port: u16, backend: &str) -> Self {
        let listener = TcpListener::bind((address, port)).unwrap();
        let is_over = Arc::new(AtomicBool::new(false));
        let (over, backend) = (Arc::clone(&is_over), backend.to_owned());
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if over.load(Ordering::Relaxed) {
                    break;
                }
                if let Ok(server) = TcpStream::connect(&backend) {
                    copy(&client, &server);
                    copy(&server, &client);
                }
            }
        });
        Self { address: (address.to_owned(), port), is_over }
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        drop(TcpStream::connect((self.address.0.as_str(), self.address.1)));
    }
}

fn copy(from: &TcpStream, to: &TcpStream) {
    let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
    thread::spawn(move || {
        let _ = std::io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Write);
    });
}
