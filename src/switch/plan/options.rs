//! What the user may choose of a switch.

use std::str::FromStr;

use crate::image::Pin;

/// What the user wants of a switch.
#[derive(Debug, Clone, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct SwitchOptions {
    /// Objects that Helm, Argo CD, Flux or an operator writes are switched, too.
    pub include_managed: bool,
    /// A tag that differs between CCR and TCR is switched to, too.
    pub allow_stale: bool,
    /// A reference that could not be checked is switched to, too.
    pub allow_unverified: bool,
    /// An image of which it can't be found out how it is pulled is switched to, too.
    pub allow_unproven_login: bool,
    /// A tag is pinned where pods run another image than it names in TCR, or that can't be told.
    pub allow_drift: bool,
    /// Which tags get a digest beside them.
    pub pin: Option<Pin>,
    /// What becomes of pull secrets. `None`: added where the image can't be pulled by everybody.
    pub pull_secret: Option<PullSecretMode>,
    /// The Secret to name in a namespace that has several for the host.
    pub secret_name: Option<String>,
    /// Keep the old images in an annotation.
    pub annotate: bool,
    /// The plan is for what changes Pods while they are made: who manages an object, and whether it
    /// can be changed, doesn't matter then.
    pub for_new_pods: bool,
}

/// What becomes of pull secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PullSecretMode {
    /// They stay as they are.
    Keep,
    /// The one for TCR joins the one for CCR.
    Add,
    /// The one for TCR takes the place of those that are for CCR alone.
    Replace,
    /// The list is emptied where the `ServiceAccount` has the Secret of TKE's TCR addon.
    Addon,
}

impl FromStr for PullSecretMode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "keep" => Ok(Self::Keep),
            "add" => Ok(Self::Add),
            "replace" => Ok(Self::Replace),
            "addon" => Ok(Self::Addon),
            _ => Err(format!("`{text}` is not one of keep, add, replace, addon")),
        }
    }
}
