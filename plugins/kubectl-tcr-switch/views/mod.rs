//! What each command prints on stdout: a serialisable structure for each kind of document, with the
//! version of that document. How it becomes a table, JSON, YAML or names is in
//! `ccr2tcr::terminal` and `render`.

mod contexts;
mod guard;
mod names;
mod plan;
mod report;
mod rollback;
mod running;
mod scan;
mod secret_changes;
mod secrets;
mod verify;

pub(crate) use contexts::{Failed, Seen};
pub(crate) use guard::{ForetoldView, GuardStatusView, ManifestsView, RewritingView};
pub(crate) use names::at;
pub(crate) use plan::{PlanView, resource};
pub(crate) use report::ReportView;
pub(crate) use rollback::RollbackView;
pub(crate) use scan::{ImagesView, ScanView};
pub(crate) use secret_changes::SecretChangesView;
pub(crate) use secrets::SecretsView;
pub(crate) use verify::VerifyView;
