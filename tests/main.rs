//! The tests that use real parts: the sandbox, Debian's registry, docker, skopeo, Tencent's SDK, a
//! Kubernetes control plane.
//!
//! They call the built programs as a user does. `make test` installs what they need; a part that
//! is missing fails the test that needs it.

// A test that fails says so by a panic; one that measures prints what it found.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod support;

mod bad_account;
mod bad_registry;
mod cluster_harness;
mod conflicts;
mod docker;
mod faults;
mod first_contact;
mod images;
mod invariants;
mod journey;
mod kill;
mod kinds;
mod krew;
mod kubectl_prompt;
mod large;
mod legacy;
mod namespaces;
mod progress;
mod pull_secrets;
mod sdk;
mod secrets;
mod switch;
mod trouble;
