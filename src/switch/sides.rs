//! What each command begins with: the account, the cluster, and what in its scope names CCR.

use super::inventory::Inventory;
use super::notice::{Notice, NoticeCode};
use super::plan::NameCollisions;
use super::scan::{Scope, scan};
use crate::account::{Account, AccountError, RequiredApis, Settings, ccr_names};
use crate::diagnostic::Diagnostic;
use crate::environment::Environment;
use crate::image::{CcrHosts, Host};
use crate::kubernetes::{Cluster, ClusterError, ConnectionSettings};
use crate::workload::CcrNames;

/// Which part of which cluster, and which account.
pub struct SwitchInputs<'a> {
    /// The cluster.
    pub connection: &'a ConnectionSettings,
    /// Both registries.
    pub account: &'a Settings,
    /// The part of the cluster. Its `namespace` is filled in from the connection.
    pub scope: Scope,
    /// All namespaces, instead of the connection's.
    pub all_namespaces: bool,
}

/// Why a plan could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PrepareError {
    /// The account can't be opened or used.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// The cluster can't be read.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// It can't be done as it was asked for; at least one reason.
    #[error("{}", .0.iter().map(|one| one.message.as_str()).collect::<Vec<_>>().join("; "))]
    Refused(Vec<Diagnostic>),
}

impl From<NameCollisions> for PrepareError {
    fn from(collisions: NameCollisions) -> Self {
        Self::Refused(collisions.0)
    }
}

impl From<Diagnostic> for PrepareError {
    fn from(reason: Diagnostic) -> Self {
        Self::Refused(vec![reason])
    }
}

/// What a command wants to know of a cluster besides what names CCR.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted {
    /// What pulls from this host.
    pub(super) also: Option<Host>,
    /// Everything that has pods.
    pub(super) all_with_pods: bool,
    /// Pods that wait for an image.
    pub(super) waiting_pods: bool,
    /// Every pod, and none that stands for others.
    pub(super) all_pods: bool,
    /// What TKE's TCR addon is told to do for this host, and the pods that pull from there.
    pub(super) addon_for: Option<Host>,
}

/// What is in use of CCR.
pub struct CcrUsage {
    /// Which hosts are CCR.
    pub ccr: CcrHosts,
    /// What there is in scope.
    pub inventory: Inventory,
}

/// Reads what is in use of CCR. Asks the cluster alone. `all_with_pods` takes in everything that has
/// pods, wherever its images are.
///
/// # Errors
/// [`PrepareError::Account`] if the mapping file can't be read, [`PrepareError::Cluster`].
pub async fn read_usage(
    inputs: &SwitchInputs<'_>,
    all_with_pods: bool,
) -> Result<CcrUsage, PrepareError> {
    let (ccr, mapping) = ccr_names(inputs.account)?;
    let names = CcrNames { ccr, mapping, owned: None };
    let wanted = Wanted { all_with_pods, ..Wanted::default() };
    let (_, inventory) = inputs.read(&names, wanted).await?;
    Ok(CcrUsage { ccr: names.ccr, inventory })
}

/// How names of CCR are read, before it is known which namespaces are the account's.
pub(super) fn ccr_names_of(account: &Account) -> CcrNames {
    let (ccr, mapping) = (account.ccr_hosts.clone(), account.mapping.clone());
    CcrNames { ccr, mapping, owned: None }
}

impl SwitchInputs<'_> {
    /// The account, and the host that references will name.
    pub(super) async fn open(
        &self,
        need: RequiredApis,
        notices: &mut Vec<Notice>,
    ) -> Result<(Account, Host), AccountError> {
        let account = Account::open(self.account, &Environment::from_process(), need).await?;
        let opened = account.notices.iter();
        notices.extend(opened.map(|notice| Notice::new(NoticeCode::Account, notice)));
        let host = account.target_host.clone().ok_or(AccountError::NoTarget)?;
        Ok((account, host))
    }

    /// Connects, and reads what is in scope.
    pub(super) async fn read(
        &self,
        names: &CcrNames,
        wanted: Wanted,
    ) -> Result<(Cluster, Inventory), ClusterError> {
        let cluster = Cluster::connect(self.connection).await?;
        let namespace = (!self.all_namespaces).then(|| cluster.default_namespace().to_owned());
        let Wanted { also, all_with_pods, waiting_pods, all_pods, addon_for } = wanted;
        let given = self.scope.clone();
        let all_pods = all_pods || given.all_pods;
        let scope =
            Scope { namespace, also, all_with_pods, all_pods, waiting_pods, addon_for, ..given };
        let inventory = scan(&cluster, &scope, names).await?;
        Ok((cluster, inventory))
    }
}
