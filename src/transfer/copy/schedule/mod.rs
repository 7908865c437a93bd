//! What goes on when: two rounds over all repositories, a worker for each.

mod followers;
mod repository_worker;
mod rounds;
mod tag_result;

pub use rounds::{Copied, copy};
