//! The Personal Edition's actions under the names of its first API, which policies may still use:
//! `ccr:pull` for `tcr:PullRepositoryPersonal` (mappings between the v2.0 and v3.0 APIs, 1051/39861).

/// Old and new name.
pub(super) const OLD_NAMES: [(&str, &str); 10] = [
    ("CreateCCRNamespace", "CreateNamespacePersonal"),
    ("DeleteUserNamespace", "DeleteNamespacePersonal"),
    ("GetUserRepositoryList", "DescribeRepositoryOwnerPersonal"),
    ("CreateRepository", "CreateRepositoryPersonal"),
    ("DeleteRepository", "DeleteRepositoryPersonal"),
    ("BatchDeleteRepository", "BatchDeleteRepositoryPersonal"),
    ("DeleteTag", "DeleteImagePersonal"),
    ("BatchDeleteTag", "BatchDeleteImagePersonal"),
    ("pull", "PullRepositoryPersonal"),
    ("push", "PushRepositoryPersonal"),
];

/// The old name of an action, `pull` of `PullRepositoryPersonal`.
pub(super) fn old_name(action: &str) -> Option<&'static str> {
    OLD_NAMES.iter().find(|(_, new)| *new == action).map(|(old, _)| *old)
}
