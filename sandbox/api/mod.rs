//! Tencent Cloud's API, version 2019-09-24 of TCR: one endpoint, told apart by `X-TC-Action`.
//!
//! Field names, types and error codes follow Tencent's SDK; where its documents are silent the
//! comment says so.

mod actions;
mod call;
mod credentials;
mod error;
mod images;
mod instances;
mod namespaces;
mod personal;
mod policies;
mod repositories;
mod serve;
mod signature;
mod sts;
mod twisted;

pub(crate) use serve::serve;
