//! What runs, where that isn't what a template says.

mod injected;
mod kept;
mod made_by_others;
mod many;
