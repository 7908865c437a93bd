//! The command `report`, which both plugins have: reports of runs as one HTML page to hand on.
//!
//! `read` knows the JSON of each command and turns it into sections of a page; `html` renders them.
//! Both are pure. Nothing in a page comes from elsewhere than the reports, and it asks for nothing
//! over the network.

mod args;
mod command;
mod entry;
mod error;
mod html;
mod output_file;
mod read;
mod section;
mod text;
mod words;

pub use args::PageArgs;
pub use command::run;
pub use error::PageError;
