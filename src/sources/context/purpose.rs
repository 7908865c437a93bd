//! What a name of CCR is there for.

/// What a name is used as, by what stands around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// A reference, or a part of one: an image that is pulled or run. What `docker run`, `FROM`,
    /// `image:` and most settings have.
    Reference,
    /// The same, and whoever reads it takes `latest` where no tag is written: a container's image,
    /// `FROM`, `docker pull`.
    Container,
    /// What an image is pushed as: `docker push`, `tags:` of a build.
    Push,
    /// Where somebody logs in: `docker login`, `withRegistry`, `login-action`.
    Login,
    /// Which images to look for elsewhere: `name:` of kustomize's `images`.
    Matcher,
    /// An address of the registry's API, or a host with a port.
    Url,
    /// A key of `auths`, or another store of logins.
    Auths,
    /// A mirror or the configuration of a container runtime.
    Mirror,
    /// A regular expression, or what `sed` and `grep` look for.
    Pattern,
    /// What is compared with, looked up by, or tested for.
    Comparison,
    /// A list of allowed registries: TCR is to be added, not to take CCR's place.
    AllowList,
    /// A host that is put in front of something else in code: `"CCR/" + name`.
    Concatenated,
    /// Beside a flag that says Personal Edition, which has to change with it. The flag as it stands.
    BesideEditionFlag(String),
    /// In a comment.
    Comment,
    /// In documentation.
    Documentation,
    /// In source code.
    Source,
    /// In a test of source code.
    Test,
    /// In text that is encrypted or signed as it is: SOPS, `SealedSecret`.
    Sealed,
    /// In a file that a program writes: lock files, rendered charts.
    Generated,
}
