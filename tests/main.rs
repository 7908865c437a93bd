//! The tests that use real parts: the sandbox, four registries, docker, skopeo, Tencent's SDK, helm,
//! kustomize, docker compose, a Kubernetes control plane.
//!
//! They call the built programs as a user does. `make test` installs what they need; a part that
//! is missing fails the test that needs it. Where a new test goes:
//!
//! - `copy`: what `docker ccr2tcr` reads, decides, copies and reports
//!   - `copy/settings`: what a user typed or wrote into a file, and got wrong
//!   - `copy/api`: what Tencent's API refuses, limits or leaves out
//!   - `copy/registry`: logins, TLS, broken images and failures of the registries
//!     - `others`: copies from and to other registries than the sandbox's and Debian's
//!   - `copy/faults`: hundreds of runs through a proxy that breaks what passes
//! - `network`: what `docker ccr2tcr network` sets, and how it is taken back
//! - `switch`: what `kubectl tcr-switch` does in a cluster; `switch/pull_secrets` for its `secrets`
//! - `rewrite`: what both plugins' `rewrite` does to files
//! - `doctor`: what both plugins' `doctor` finds
//! - `fleet`: what `docker ccr2tcr instances plan` plans, and what is said of what can't be read
//! - `guard`: what `kubectl tcr-switch guard` lets the API server refuse
//! - `job`: what `docker ccr2tcr job` deals out and writes, and what its shards do
//! - `redirect`: CCR's own domain answered by TCR inside one VPC
//! - `usage`: who is seen to pull from CCR, and what is said of what can't be read
//! - `triggers`: CCR's triggers, and the webhooks made in their place
//! - `page`: the page that both plugins' `report` makes of reports
//! - `pages`: that README's picture and the pages below docs show what the programs print
//! - `rights`: what `docker ccr2tcr policy` prints, checks and translates
//! - `plugin`: how docker and kubectl call a plugin: help, completion, progress, exit, secrets
//! - `package`: what `make release` makes
//! - `parts`: that the parts below are what the tests take them for
//! - `support`: the parts themselves (no tests of the plugins)
//!
//! Whole outputs are snapshots in a `snapshots/` folder beside their test; `docs/development.md`
//! says how they are updated.

// A test that fails says so by a panic; one that measures prints what it found.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod support;

mod copy;
mod doctor;
mod fleet;
mod guard;
mod job;
mod network;
mod package;
mod page;
mod pages;
mod parts;
mod plugin;
mod redirect;
mod rewrite;
mod rights;
mod switch;
mod triggers;
mod usage;
