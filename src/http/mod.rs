//! One HTTP client for all: TLS, proxies, fixed addresses, retry, rate limits, the [`Secret`] type.
//!
//! It knows neither registries nor Tencent's API: what a status means is decided there.

mod addresses;
mod body;
mod certificate_words;
mod error;
mod network;
mod proxy;
mod rate;
mod retry;
#[cfg(test)]
pub(crate) mod test_server;
mod tls;
mod window;

pub use body::{PacedBody, read_at_most};
pub(crate) use certificate_words::certificate_words;
pub(crate) use error::through;
pub use error::{HttpError, WaitedFor};
pub use network::{Connections, FixedAddress, FixedAddressError, Network, NetworkSettings};
pub use proxy::{Proxies, ProxyError, ProxyRoute, parse_proxy};
pub use rate::{ByteRate, RateLimit};
pub use retry::{Backoff, Exhausted, HostPause, retry_after};
pub use window::{Ticket, Window};

pub use crate::secret::Secret;
