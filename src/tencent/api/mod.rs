//! Calling actions: signed, at the rate that each allows, tried again where that does no harm,
//! lists read to their end, refusals explained. The actions are in `personal` and `enterprise`.

mod call;
mod client;
mod endpoint;
mod lenient;
mod listing;
mod paging;
mod rates;
pub(super) mod refusal;
mod retry;
mod signature;
mod time;

#[cfg(test)]
pub(super) mod test_server;

pub use client::Api;
pub use endpoint::{Endpoint, EndpointError, Endpoints};
pub use listing::{Gap, Listing};
pub use refusal::Refusal;

pub(super) use call::ApiCall;
pub(super) use lenient::{LenientFlag, LenientList, LenientNumber, LenientText};
pub(super) use paging::{LIMIT, ListPage, Paging, collect};
pub(super) use retry::{ActionKind, STANDARD_BACKOFF, retry};
pub(super) use time::{read_time, unix_time};
