//! How bytes travel to and from a registry, apart from what they mean.

mod address;
mod answer;
mod flight;
mod send;
mod stream;
mod traffic;

pub(super) use address::{follow, same_origin};
pub(super) use answer::{Answer, LIST_LIMIT, clean};
pub(super) use flight::Flight;
pub(super) use send::{Failure, Wire};
pub use stream::BlobStream;
pub use traffic::Traffic;
