//! `kubectl tcr-switch` through the real kubectl, against a real API server.

mod cannot_start;
mod concurrent_changes;
mod custom_kinds;
mod custom_resources;
mod diff;
mod fixtures;
mod hostile_content;
mod interrupted;
mod outputs;
mod patches;
mod plan;
mod printed_lines;
mod pull_secrets;
mod refusals;
mod rollback;
mod rollouts;
mod round_trip;
mod scope;
mod skipped;
mod stuck_pods;
mod split_references;
mod target_images;
mod terminal;
mod terminating;
mod watching;
mod webhooks;
