//! Which language people are spoken to in, and what is said in Chinese: the help, and what the
//! commonest errors mean.
//!
//! English is the key: what a program reads (stdout of `-o json`, reports, completion, metadata) and
//! the line of an error are English whatever the locale is. The Chinese is data, in `zh/*.po`.

mod explain;
mod lang;
mod table;

pub use lang::Lang;
pub use table::{Table, chinese};
