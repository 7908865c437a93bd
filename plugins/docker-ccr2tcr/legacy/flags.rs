//! The flags of image-transfer v1.2.4, of its wrapper (`hack/containerized/run.go`) and of its
//! engine (`options/config.go`, `log/flag.go`).

/// The largest `--routines`: image-transfer cut it to this, and said nothing.
pub(super) const MOST_JOBS: u64 = 50;

/// What a flag is for. Flags of both programs that mean the same share one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    TcrName,
    CcrAuth,
    TcrAuth,
    SecretId,
    SecretKey,
    CcrSecretId,
    CcrSecretKey,
    TcrSecretId,
    TcrSecretKey,
    Region,
    CcrRegion,
    TcrRegion,
    TagNum,
    Routines,
    SecurityFile,
    RuleFile,
    SecretFile,
    CcrToTcr,
    Registry,
    TagExistOverridden,
    LogLevel,
    LogOutput,
    LogColor,
    Retry,
    /// Parsed there, and never used.
    Dead,
}

/// What may stand behind a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ValueKind {
    Text,
    Number,
    /// `--x`, or `--x=true|false|1|0|t|f`; a word behind it isn't its value.
    Switch,
}

/// The program that a flag belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Program {
    Wrapper,
    Engine,
    Both,
}

/// One flag, without its dashes.
#[derive(Debug)]
pub(super) struct OldFlag {
    pub(super) name: &'static str,
    pub(super) meaning: Meaning,
    pub(super) kind: ValueKind,
    pub(super) program: Program,
    /// Today's flag for the same thing: only one of the two may be given.
    pub(super) today: Option<&'static str>,
}

const fn flag(
    name: &'static str,
    meaning: Meaning,
    kind: ValueKind,
    program: Program,
    today: Option<&'static str>,
) -> OldFlag {
    OldFlag { name, meaning, kind, program, today }
}

use Program::{Both, Engine, Wrapper};
use ValueKind::{Number, Switch, Text};

pub(super) const FLAGS: &[OldFlag] = &[
    flag("tcrName", Meaning::TcrName, Text, Both, Some("--tcr-name")),
    flag("ccrAuth", Meaning::CcrAuth, Text, Wrapper, Some("--ccr-auth-file")),
    flag("tcrAuth", Meaning::TcrAuth, Text, Wrapper, Some("--tcr-auth-file")),
    flag("secretId", Meaning::SecretId, Text, Wrapper, Some("--secret-id")),
    flag("secretKey", Meaning::SecretKey, Text, Wrapper, Some("--secret-key")),
    flag("ccrSecretId", Meaning::CcrSecretId, Text, Wrapper, Some("--ccr-secret-id")),
    flag("ccrSecretKey", Meaning::CcrSecretKey, Text, Wrapper, Some("--ccr-secret-key")),
    flag("tcrSecretId", Meaning::TcrSecretId, Text, Wrapper, Some("--tcr-secret-id")),
    flag("tcrSecretKey", Meaning::TcrSecretKey, Text, Wrapper, Some("--tcr-secret-key")),
    flag("regionName", Meaning::Region, Text, Wrapper, None),
    flag("ccrRegionName", Meaning::CcrRegion, Text, Wrapper, Some("--ccr-region")),
    flag("tcrRegionName", Meaning::TcrRegion, Text, Wrapper, Some("--tcr-region")),
    flag("tagNum", Meaning::TagNum, Number, Wrapper, Some("--newest")),
    flag("routines", Meaning::Routines, Number, Both, Some("--jobs")),
    flag("securityFile", Meaning::SecurityFile, Text, Engine, None),
    flag("ruleFile", Meaning::RuleFile, Text, Engine, Some("--images")),
    flag("secretFile", Meaning::SecretFile, Text, Engine, None),
    flag("ccrToTcr", Meaning::CcrToTcr, Switch, Engine, None),
    flag("ccrRegion", Meaning::CcrRegion, Text, Engine, Some("--ccr-region")),
    flag("tcrRegion", Meaning::TcrRegion, Text, Engine, Some("--tcr-region")),
    flag("ccrTagNums", Meaning::TagNum, Number, Engine, Some("--newest")),
    flag("retry", Meaning::Retry, Number, Engine, None),
    flag("qps", Meaning::Dead, Number, Engine, None),
    flag("registry", Meaning::Registry, Text, Engine, None),
    flag("ns", Meaning::Dead, Text, Engine, None),
    flag(
        "tag-exist-overridden",
        Meaning::TagExistOverridden,
        Switch,
        Engine,
        Some("--on-conflict"),
    ),
    flag("log-level", Meaning::LogLevel, Text, Engine, None),
    flag("log-output-paths", Meaning::LogOutput, Text, Engine, None),
    flag("log-enable-color", Meaning::LogColor, Switch, Engine, None),
    flag("log-format", Meaning::Dead, Text, Engine, None),
    flag("log-sampling-frequency", Meaning::Dead, Text, Engine, None),
    flag("log-ignore-caller", Meaning::Dead, Switch, Engine, None),
];

/// The old flag of this name. `_` is as good as `-`: the engine normalises so.
pub(super) fn find(name: &str) -> Option<&'static OldFlag> {
    let name = name.replace('_', "-");
    FLAGS.iter().find(|flag| flag.name == name)
}

/// The old flag that was probably meant.
pub(super) fn suggest(name: &str) -> Option<&'static str> {
    FLAGS
        .iter()
        .map(|flag| (strsim::jaro_winkler(&flag.name.to_lowercase(), &name.to_lowercase()), flag))
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .filter(|&(likeness, _)| likeness > 0.8)
        .map(|(_, flag)| flag.name)
}

/// Whether a flag of this name can only be image-transfer's: none of today's has a capital
/// letter.
pub(super) fn is_old_looking(name: &str) -> bool {
    name.contains(|letter: char| letter.is_ascii_uppercase())
        || find(name).is_some_and(|flag| flag.meaning == Meaning::TagExistOverridden)
}
