//! `kubectl tcr-switch` through the real kubectl, against a real API server.

mod bad;
mod diff;
mod hostile;
mod left;
mod meanwhile;
mod plan;
mod stopped;
mod way;
mod world;
