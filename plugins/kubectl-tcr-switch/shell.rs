//! Lines for a shell: what is printed to be pasted.

use std::path::Path;

use ccr2tcr::diagnostic::shell_word;
use ccr2tcr::kubernetes::ConnectionSettings;

use crate::cli::CommonArgs;

/// The flags that name the cluster and the user, for another line about the same one; each with a
/// blank in front.
///
/// Without the namespace, which the line may have of its own, and without the token, which is a
/// secret.
pub(crate) fn connection_flags(settings: &ConnectionSettings) -> String {
    let path = |path: &Option<std::path::PathBuf>| path.as_deref().map(shown);
    let extras =
        settings.as_user_extra.iter().map(|extra| format!("{}={}", extra.key, extra.value));
    let flags = [
        ("kubeconfig", path(&settings.kubeconfig)),
        ("context", settings.context.clone()),
        ("cluster", settings.cluster.clone()),
        ("user", settings.user.clone()),
        ("server", settings.server.clone()),
        ("as", settings.as_user.clone()),
        ("as-uid", settings.as_uid.clone()),
        ("client-certificate", path(&settings.client_certificate)),
        ("client-key", path(&settings.client_key)),
        ("certificate-authority", path(&settings.certificate_authority)),
        ("insecure-skip-tls-verify", settings.insecure_skip_tls_verify.map(|is| is.to_string())),
        ("tls-server-name", settings.tls_server_name.clone()),
    ];
    let single = flags.into_iter().filter_map(|(name, value)| Some((name, value?)));
    let groups = settings.as_group.iter().map(|group| ("as-group", group.clone()));
    let extras = extras.map(|extra| ("as-user-extra", extra));
    let flag = |(name, value): (&str, String)| format!(" --{name}={}", shell_word(&value));
    single.chain(groups).chain(extras).map(flag).collect()
}

/// The flags that say which objects of which cluster, for another line about the same ones; each
/// with a blank in front.
pub(crate) fn scope_flags(common: &CommonArgs) -> String {
    let scope = &common.scope;
    let mut words = Vec::from_iter(scope.all_namespaces.then(|| " -A".to_owned()));
    let mut flag = |flag: &str, value: &str| words.push(format!(" {flag}{}", shell_word(value)));
    if let Some(namespace) = &common.connection.namespace {
        flag("-n ", namespace);
    }
    if let Some(selector) = &scope.selector {
        flag("-l ", selector);
    }
    if let Some(selector) = &scope.field_selector {
        flag("--field-selector=", selector);
    }
    for glob in &scope.exclude_namespace {
        flag("--exclude-namespace=", glob.as_str());
    }
    words.extend(scope.all_pods.then(|| " --all-pods".to_owned()));
    words.concat() + &connection_flags(&common.connection)
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_stays_one_word() {
        assert_eq!(shell_word("apps/web-1.x"), "apps/web-1.x");
        assert_eq!(shell_word(""), "''");
        assert_eq!(shell_word("it's $(touch x)"), r"'it'\''s $(touch x)'");
    }

    #[test]
    fn which_cluster_is_repeated_and_no_token() {
        let settings = ConnectionSettings {
            kubeconfig: Some("my config".into()),
            context: Some("prod".to_owned()),
            namespace: Some("shop".to_owned()),
            token: Some("hunter2".into()),
            as_group: vec!["a".to_owned(), "b".to_owned()],
            ..ConnectionSettings::default()
        };
        let flags = " --kubeconfig='my config' --context=prod --as-group=a --as-group=b";
        assert_eq!(connection_flags(&settings), flags);
        assert_eq!(connection_flags(&ConnectionSettings::default()), "");
    }
}
