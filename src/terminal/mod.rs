//! What a person sees: text for stdout and stderr, tables, progress, colour, and the cleaning of
//! strings that came from elsewhere.
//!
//! It knows no other rooms but [`diagnostic`](crate::diagnostic) and [`language`](crate::language), and
//! owns no stream that it was not given.

mod clean;
mod colour;
mod foot;
mod message;
mod printer;
mod progress;
mod render;
mod size;
mod stream;
mod table;
mod wrap;

pub use clean::{clean, clean_lines};
pub use colour::{Ink, colour_allowed};
pub use message::escaped;
pub use printer::{Printer, TalkWriter, is_closed, unless_closed};
pub use progress::{AskHosts, HostLoad, ItemKind, Progress, ProgressMode, Totals};
pub use render::{OutputFormat, View, render};
pub use size::terminal_width;
pub use stream::Stream;
pub use table::{Column, Table};
pub use wrap::wrapped_lines;
