//! Moves a company from Tencent's CCR registry (Personal Edition) to TCR (Enterprise Edition).
//!
//! The rooms, and the one way in which the arrows point:
//!
//! - [`diagnostic`]: words for people: a diagnostic, counted nouns, units. Below everything.
//! - [`image`]: references, digests, manifests, hosts, the mapping of names. Pure.
//! - [`environment`]: variables and folders of the process, as one value.
//! - [`secret`]: text that must not be shown: keys, passwords, tokens.
//! - [`private_file`]: files for their owner's eyes only, on disk before what depends on them is done.
//! - [`text`]: text in files that other programs write.
//! - [`http`]: one client for all; TLS, proxies, retry, rate limits, secrets. Needs [`image`].
//! - [`docker_config`]: the logins in a Docker configuration, file or Secret. Pure. Needs [`secret`].
//! - [`registry`]: the OCI distribution API, and Docker's logins. Needs [`image`], [`http`] and
//!   [`docker_config`].
//! - [`tencent`]: Tencent Cloud's API. Needs [`image`] and [`http`].
//! - [`rights`]: what a step needs of CAM, and what a key's policies grant. Needs [`tencent`].
//! - [`kubernetes`]: a client of API servers, which knows nothing of images. Needs [`http`].
//! - [`account`]: both sides of a move, made from settings. Needs [`registry`] and [`tencent`].
//! - [`network`]: links, names and the public entry of an instance: plan → apply → undo. Needs
//!   [`tencent`] and [`private_file`].
//! - [`tke`]: which of Tencent's clusters a context of the kubeconfig is. Needs [`tencent`] and
//!   [`kubernetes`].
//! - [`fleet`]: what edition, links, replicas and rules a fleet needs. Needs [`account`].
//! - [`first_run`]: which logins and keys are at hand, without asking anybody. Needs [`registry`] and
//!   [`tencent`].
//! - [`proof`]: is an image there, is it the same as in CCR, does a login pull it. Needs
//!   [`account`].
//! - [`transfer`]: inventory → plan → copy → report. Needs [`account`].
//! - [`job`]: a plan on several machines: lists for shards, a Kubernetes Job. Needs [`transfer`] and
//!   [`kubernetes`].
//! - [`redirect`]: CCR's own domain answered by TCR inside one VPC. Needs [`transfer`] and
//!   [`private_file`].
//! - [`page`]: reports of runs as one HTML page. Needs [`prompt`].
//! - [`workload`]: where images and pull secrets sit in Kubernetes objects, who manages an object,
//!   patches. Pure. Needs [`image`] and [`docker_config`].
//! - [`switch`]: scan → plan → apply → report, rollback, pull secrets. Needs [`workload`],
//!   [`kubernetes`] and [`proof`].
//! - [`triggers`]: CCR's triggers and the webhooks that replace them. Needs [`transfer`].
//! - [`usage`]: who still pulls from CCR. Needs [`switch`] and [`transfer`].
//! - [`sources`]: files that name CCR: find → plan → rewrite → prove. Needs [`workload`] and [`proof`].
//! - [`checkup`]: `doctor`: checks, each with an id, what it needs, a verdict and a hint. Needs
//!   [`account`], [`tke`] and [`prompt`].
//! - [`language`]: which language people are spoken to in, and the Chinese. Needs [`diagnostic`] and
//!   [`environment`].
//! - [`terminal`]: printer, table, progress, colour. Needs none of the others but [`diagnostic`] and
//!   [`language`].
//! - [`rewrite`]: the command that both plugins have: rewriting files. Needs [`sources`] and
//!   [`prompt`].
//! - [`prompt`]: what a plugin does around its commands: usage errors, completion, signals, the
//!   log. Needs [`terminal`].
//!
//! Nothing here prints, exits or reads the command line; that is for `plugins/`.

pub mod account;
pub mod checkup;
pub mod diagnostic;
pub mod docker_config;
pub mod environment;
pub mod first_run;
pub mod fleet;
pub mod guard;
pub mod http;
pub mod image;
pub mod job;
pub mod kubernetes;
pub mod language;
pub mod network;
pub mod page;
pub mod private_file;
pub mod prompt;
pub mod proof;
pub mod redirect;
pub mod registry;
pub mod rewrite;
pub mod rights;
pub mod secret;
pub mod sources;
pub mod switch;
pub mod tencent;
pub mod terminal;
pub mod text;
pub mod tke;
pub mod transfer;
pub mod triggers;
pub mod usage;
pub mod workload;
