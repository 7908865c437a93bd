//! The steps of a move, as far as each needs rights of its own.

use std::fmt;

use clap::ValueEnum as _;

/// Something that a key is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, clap::ValueEnum)]
pub enum Step {
    /// List what is in CCR
    ReadCcr,
    /// Pull from CCR with the login of a sub-user
    Pull,
    /// docker ccr2tcr sync --dry-run
    Plan,
    /// docker ccr2tcr sync
    Sync,
    /// docker ccr2tcr verify
    Verify,
    /// docker ccr2tcr rewrite, kubectl tcr-switch
    Rewrite,
    /// docker ccr2tcr login, with a token
    Login,
    /// docker ccr2tcr login --service-account
    ServiceAccount,
    /// docker ccr2tcr instances
    Instances,
    /// docker ccr2tcr instances plan
    InstancesPlan,
    /// docker ccr2tcr policy check
    PolicyCheck,
    /// docker ccr2tcr doctor
    Doctor,
    /// docker ccr2tcr network apply, remove and rollback
    Network,
    /// docker ccr2tcr domain add
    Domain,
    /// docker ccr2tcr replicate
    Replicate,
    /// docker ccr2tcr network redirect
    Redirect,
    /// docker ccr2tcr usage
    Usage,
    /// docker ccr2tcr triggers
    Triggers,
    /// docker ccr2tcr triggers apply, and rollback
    TriggersApply,
    /// Use a profile that assumes a role
    AssumeRole,
}

impl Step {
    /// All of them.
    #[must_use]
    pub fn all() -> &'static [Self] {
        Self::value_variants()
    }

    /// As it is typed.
    #[must_use]
    pub fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    /// The steps that are a part of this one, itself the first.
    #[must_use]
    pub fn parts(self) -> Vec<Self> {
        let direct: &[Self] = match self {
            // Of tags that both sides have, a sample is compared at the registries.
            Self::Plan => &[Self::ReadCcr, Self::Pull, Self::Login],
            Self::Sync | Self::Verify => &[Self::Plan],
            // All that TCR would answer for is compared.
            Self::Redirect => &[Self::Verify],
            // Nothing is applied before the copy is verified.
            Self::TriggersApply => &[Self::Triggers, Self::Verify],
            Self::Rewrite
            | Self::Login
            | Self::ServiceAccount
            | Self::InstancesPlan
            | Self::Network
            | Self::Domain
            | Self::Replicate => &[Self::Instances],
            Self::ReadCcr
            | Self::Pull
            | Self::Instances
            | Self::PolicyCheck
            | Self::Doctor
            | Self::Usage
            | Self::Triggers
            | Self::AssumeRole => &[],
        };
        std::iter::once(self).chain(direct.iter().flat_map(|part| part.parts())).collect()
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}
