//! What a person sees: text for stdout and stderr, tables, progress, colour, and the cleaning of
//! strings that came from elsewhere.
//!
//! It knows none of the other rooms, and owns no stream that it was not given.

mod clean;
mod colour;
mod printer;
mod progress;
mod table;
mod units;
mod width;

pub use clean::{clean, clean_lines};
pub use colour::{Ink, colour_allowed};
pub use printer::{Printer, Stream, TalkWriter, is_closed};
pub use progress::{ItemKind, Progress, ProgressMode, Totals};
pub use table::{Column, Table};
pub use units::{human_bytes, human_count, human_duration};
pub use width::terminal_width;
