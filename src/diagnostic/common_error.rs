//! The errors that users meet most, as kinds: what explains them in another language is found by
//! these, not by their words.

/// An error that many users meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CommonError {
    /// No API key is found, or half of one.
    NoApiKey,
    /// The API doesn't accept the key.
    KeyRefused,
    /// The API doesn't accept the time of this machine.
    ClockWrong,
    /// CAM refuses an action.
    CamDenied,
    /// The key sees no TCR instance, or not the one that was named.
    NoInstance,
    /// It isn't known which TCR instance is meant.
    WhichInstance,
    /// A registry wants a login, and there is none for it.
    NoLogin,
    /// A registry doesn't accept the login.
    LoginRefused,
    /// The login may not pull or push there.
    AccessDenied,
    /// No connection to a registry or to the API.
    Unreachable,
    /// A certificate that isn't trusted, or no TLS at all.
    Untrusted,
    /// A name of CCR that can't be one in TCR.
    InvalidName,
    /// A private image would go into a public namespace.
    BecomesPublic,
    /// A quota is used up.
    Quota,
    /// Too many requests.
    RateLimited,
    /// A tag that may not be overwritten.
    ImmutableTag,
    /// TCR doesn't have the image.
    ImageMissing,
    /// No pull secret of a namespace is good for TCR.
    NoPullSecret,
    /// There is no kubeconfig, or it lacks what is named.
    NoCluster,
    /// The API server can't be reached, or isn't trusted.
    ClusterUnreachable,
    /// The API server doesn't take the login.
    ClusterLogin,
    /// RBAC refuses something.
    RbacForbidden,
    /// There is no such namespace in the cluster.
    NoNamespace,
    /// A file to roll back with that can't be used.
    RollbackFile,
    /// A file can't be written.
    NotWritable,
    /// A flag, command or value that isn't known.
    UnknownArgument,
    /// A flag or value is lacking on the command line.
    MissingArgument,
}

impl CommonError {
    /// All of them.
    pub const ALL: [Self; 27] = [
        Self::NoApiKey,
        Self::KeyRefused,
        Self::ClockWrong,
        Self::CamDenied,
        Self::NoInstance,
        Self::WhichInstance,
        Self::NoLogin,
        Self::LoginRefused,
        Self::AccessDenied,
        Self::Unreachable,
        Self::Untrusted,
        Self::InvalidName,
        Self::BecomesPublic,
        Self::Quota,
        Self::RateLimited,
        Self::ImmutableTag,
        Self::ImageMissing,
        Self::NoPullSecret,
        Self::NoCluster,
        Self::ClusterUnreachable,
        Self::ClusterLogin,
        Self::RbacForbidden,
        Self::NoNamespace,
        Self::RollbackFile,
        Self::NotWritable,
        Self::UnknownArgument,
        Self::MissingArgument,
    ];

    /// What it is called where it is explained: `no-api-key`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::NoApiKey => "no-api-key",
            Self::KeyRefused => "key-refused",
            Self::ClockWrong => "clock-wrong",
            Self::CamDenied => "cam-denied",
            Self::NoInstance => "no-instance",
            Self::WhichInstance => "which-instance",
            Self::NoLogin => "no-login",
            Self::LoginRefused => "login-refused",
            Self::AccessDenied => "access-denied",
            Self::Unreachable => "unreachable",
            Self::Untrusted => "untrusted",
            Self::InvalidName => "invalid-name",
            Self::BecomesPublic => "becomes-public",
            Self::Quota => "quota",
            Self::RateLimited => "rate-limited",
            Self::ImmutableTag => "immutable-tag",
            Self::ImageMissing => "image-missing",
            Self::NoPullSecret => "no-pull-secret",
            Self::NoCluster => "no-cluster",
            Self::ClusterUnreachable => "cluster-unreachable",
            Self::ClusterLogin => "cluster-login",
            Self::RbacForbidden => "rbac-forbidden",
            Self::NoNamespace => "no-namespace",
            Self::RollbackFile => "rollback-file",
            Self::NotWritable => "not-writable",
            Self::UnknownArgument => "unknown-argument",
            Self::MissingArgument => "missing-argument",
        }
    }
}
