//! Moves a company from Tencent's CCR registry (Personal Edition) to TCR (Enterprise Edition).
//!
//! The rooms, and the one way in which the arrows point:
//!
//! - [`image`]: references, digests, manifests, hosts, the mapping of names. Pure.
//! - [`http`]: one client for all; TLS, proxies, retry, rate limits, secrets. Needs [`image`].
//! - [`registry`]: the OCI distribution API, and Docker's logins. Needs [`image`] and [`http`].
//! - [`tencent`]: Tencent Cloud's API. Needs [`image`] and [`http`].
//! - [`account`]: both sides of a move, made from settings. Needs all of the above.
//! - [`transfer`]: inventory → plan → copy → report. Needs [`account`].
//! - [`workload`]: where images and pull secrets sit in Kubernetes objects, who manages an object,
//!   patches. Pure. Needs [`image`].
//! - [`cluster`]: live objects: connect, scan, apply, wait, roll back. Needs [`workload`] and
//!   [`account`].
//! - [`terminal`]: printer, table, progress, colour. Needs none of the others.
//!
//! Nothing here prints, exits or reads the command line; that is for `plugins/`.

pub mod account;
pub mod diagnostic;
pub mod http;
pub mod image;
pub mod kubernetes;
pub mod proof;
pub mod registry;
pub mod switch;
pub mod tencent;
pub mod terminal;
pub mod transfer;
pub mod workload;
