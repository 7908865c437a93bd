//! Commands to type next, with the flags of this run.

use ccr2tcr::switch::Reason;

use crate::account_flags::account_flags;
use crate::cli::CommonArgs;
use crate::shell::{connection_flags, quoted, scope_flags};

/// What to type next, with the flags of this run where it is a command.
pub(crate) fn hint(reason: &Reason, common: &CommonArgs) -> Option<String> {
    match reason {
        Reason::NoSecret { namespace, .. } | Reason::UselessLogin { namespace, .. } => {
            Some(secrets_copy(namespace, common))
        }
        _ => reason.hint(),
    }
}

/// The command that gives a namespace a login.
pub(crate) fn secrets_copy(namespace: &str, common: &CommonArgs) -> String {
    let connection = connection_flags(&common.connection);
    let account = account_flags(&common.account);
    format!("kubectl tcr-switch secrets copy -n {}{connection}{account}", quoted(namespace))
}

/// The same for all namespaces of a run that need one.
pub(crate) fn secrets_copy_to_all(common: &CommonArgs) -> String {
    let (scope, account) = (scope_flags(common), account_flags(&common.account));
    format!("kubectl tcr-switch secrets copy{scope}{account}")
}
