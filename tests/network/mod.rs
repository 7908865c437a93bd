//! `docker ccr2tcr network`: links, names and the public entry, and the way back.

mod domain;
mod everybody;
mod fail_closed;
mod fixtures;
mod killed;
mod outputs;
mod refusals;
mod removal;
mod replicate;
mod round_trip;
