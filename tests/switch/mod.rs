//! `kubectl tcr-switch` through the real kubectl, against a real API server.

mod plan;
mod way;
mod world;
