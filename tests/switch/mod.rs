//! `kubectl tcr-switch` through the real kubectl, against a real API server.

mod back;
mod bad;
mod custom;
mod diff;
mod hostile;
mod left;
mod meanwhile;
mod names;
mod patches;
mod plan;
mod rollouts;
mod stopped;
mod targets;
mod way;
mod webhooks;
mod world;
