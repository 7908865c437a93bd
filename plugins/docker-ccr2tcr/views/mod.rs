//! What the commands print on stdout: a serialisable structure for each, which knows its table.
//!
//! The formats are in `ccr2tcr::terminal::render`; a new one is a file there and a variant of
//! [`Output`].

mod effort;
mod instance_plan;
mod instances;
mod job;
mod network;
mod network_status;
mod plan;
mod policy;
mod redirect;
mod report;
mod triggers;
mod usage;

use ccr2tcr::terminal::OutputFormat;

use crate::cli::Output;

pub(crate) use instance_plan::InstancePlanView;
pub(crate) use instances::InstancesView;
pub(crate) use job::{JobPlanView, JobStatusView, ObjectsView};
pub(crate) use network::{NetworkPlanView, NetworkReportView};
pub(crate) use network_status::NetworkStatusView;
pub(crate) use plan::PlanView;
pub(crate) use policy::{CheckView, LeastView, TranslationView};
pub(crate) use redirect::RedirectView;
pub(crate) use report::ReportView;
pub(crate) use triggers::{AppliedView, RolledBackView, TriggersView};
pub(crate) use usage::UsageView;

impl From<Output> for OutputFormat {
    fn from(output: Output) -> Self {
        match output {
            Output::Text => Self::Table,
            Output::Json => Self::Json,
        }
    }
}
