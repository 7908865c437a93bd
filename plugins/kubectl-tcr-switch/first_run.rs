//! What is said if nothing was typed and that ended with an error: what is there on this machine, and
//! what is next. Without a cluster it stands below the help, else after the error.

use std::env;

use ccr2tcr::environment::Environment;
use ccr2tcr::first_run::{Fact, FirstRun, Step};
use ccr2tcr::kubernetes::{ConnectionSettings, KubeconfigNames};

const STEPS: [Step; 2] = [
    ("kubectl tcr-switch doctor", "what a switch still needs"),
    ("kubectl tcr-switch --dry-run -A", "what would be switched"),
];

/// Whether there is no cluster to switch, by files and variables alone. One that can't be read is
/// for the switch to tell.
pub(crate) fn has_no_cluster() -> bool {
    let names = KubeconfigNames::read(&ConnectionSettings::default());
    let is_pod = env::var_os("KUBERNETES_SERVICE_HOST").is_some();
    names.is_ok_and(|names| names == KubeconfigNames::default()) && !is_pod
}

/// A blank line, the facts, the steps.
pub(crate) fn page() -> String {
    let next = "Next; --help lists all commands:";
    FirstRun::look(None, Environment::from_process()).page(Some(context()), next, &STEPS)
}

fn context() -> Fact {
    let words = match KubeconfigNames::read(&ConnectionSettings::default()) {
        Ok(KubeconfigNames { current: Some(name), .. }) => name,
        Ok(names) if names.contexts.is_empty() => "no kubeconfig has one".to_owned(),
        Ok(_) => "none is current; kubectl config get-contexts lists them".to_owned(),
        Err(error) => error.to_string(),
    };
    ("Context", words)
}
