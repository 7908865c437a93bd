//! Tencent Cloud's API: one endpoint for all services, told apart by the scope of the signature, and
//! their actions by `X-TC-Action`.
//!
//! Field names, types and error codes follow Tencent's SDK; where its documents are silent the
//! comment says so.

mod action;
mod audit;
mod call;
mod cam;
mod error;
mod permission;
mod private_dns;
mod serve;
mod services;
mod signature;
mod ssl;
mod sts;
mod tcr;
mod tke;
mod twisted;
mod vpc;

pub(crate) use serve::serve;
