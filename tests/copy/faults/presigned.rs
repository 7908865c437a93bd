//! A store behind redirects: each address is good for a few requests, or for a moment.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::request::Request;

/// How long an address is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Expiry {
    pub(super) requests: u32,
    pub(super) after: Duration,
    /// So many addresses have expired before they are used.
    pub(super) stillborn: usize,
}

/// The addresses that were given out.
#[derive(Debug)]
pub(super) struct Store {
    expiry: Mutex<Expiry>,
    given: Mutex<Vec<Address>>,
}

#[derive(Debug)]
struct Address {
    path: String,
    left: u32,
    until: Instant,
}

impl Store {
    pub(super) fn new(expiry: Expiry) -> Self {
        Self { expiry: Mutex::new(expiry), given: Mutex::default() }
    }

    /// From now on every address is good for long.
    pub(super) fn heal(&self) {
        let after = Duration::from_secs(600);
        *self.expiry.lock().unwrap() = Expiry { requests: u32::MAX, after, stillborn: 0 };
    }

    /// Where a blob can be had for now.
    pub(super) fn place(&self, request: &Request) -> String {
        let mut given = self.given.lock().unwrap();
        let number = given.len();
        let expiry = *self.expiry.lock().unwrap();
        let left = if number < expiry.stillborn { 0 } else { expiry.requests };
        let until = Instant::now() + expiry.after;
        given.push(Address { path: request.path.clone(), left, until });
        format!("/stored/{number}{}?signature={number}", request.path)
    }

    /// What is to be read for this address, while it is good.
    pub(super) fn find(&self, request: &Request) -> Option<String> {
        let number = request.path.strip_prefix("/stored/")?.split('/').next()?;
        let number: usize = number.parse().ok()?;
        let mut given = self.given.lock().unwrap();
        let address = given.get_mut(number)?;
        let signed = request.query.as_deref() == Some(&format!("signature={number}"));
        if !signed || address.left == 0 || address.until < Instant::now() {
            return None;
        }
        address.left -= 1;
        Some(address.path.clone())
    }
}
