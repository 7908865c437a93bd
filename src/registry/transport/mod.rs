//! How bytes travel to and from a registry, apart from what they mean.

mod address;
mod flight;
mod redirect;
mod refusal;
mod response;
mod send;
mod stream;
mod traffic;

pub(super) use address::{follow, same_origin};
pub(super) use flight::SingleFlight;
pub(super) use redirect::{Redirects, keeps_the_request};
pub(super) use response::{LIST_LIMIT, WholeResponse, clean};
pub(super) use send::{AttemptError, Transport};
pub use stream::BlobStream;
pub use traffic::Traffic;
