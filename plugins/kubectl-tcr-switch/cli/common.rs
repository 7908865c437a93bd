//! What nearly all commands take: which objects of which cluster, and which account.

use ccr2tcr::account;
use ccr2tcr::kubernetes::ConnectionSettings;
use ccr2tcr::switch::{ObjectPattern, Scope, SwitchInputs};
use clap::Args;

use super::scope::ScopeArgs;

/// Where to look, and what the names become.
#[derive(Debug, Clone, Args)]
pub(crate) struct CommonArgs {
    #[command(flatten)]
    pub(crate) scope: ScopeArgs,
    #[command(flatten)]
    pub(crate) connection: ConnectionSettings,
    #[command(flatten)]
    pub(crate) account: account::Settings,
}

impl CommonArgs {
    /// As the library takes it.
    pub(crate) fn inputs(&self) -> SwitchInputs<'_> {
        self.inputs_without(&[])
    }

    /// The same, with objects that are left out.
    pub(crate) fn inputs_without(&self, exclude_objects: &[ObjectPattern]) -> SwitchInputs<'_> {
        let args = &self.scope;
        let scope = Scope {
            namespace: None,
            exclude: args.exclude_namespace.clone(),
            exclude_objects: exclude_objects.to_vec(),
            label_selector: args.selector.clone(),
            field_selector: args.field_selector.clone(),
            chunk_size: args.chunk_size,
            also: None,
            all_with_pods: false,
            all_pods: args.all_pods,
            waiting_pods: false,
            addon_for: None,
        };
        SwitchInputs {
            connection: &self.connection,
            account: &self.account,
            scope,
            all_namespaces: args.all_namespaces,
        }
    }
}
