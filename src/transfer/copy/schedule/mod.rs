//! What goes on when: two rounds over all repositories, a worker for each.

mod repository_worker;
mod rounds;

pub use rounds::{Copied, copy};
