//! The clusters of a command that may look at several: each with the flags as if it were the only
//! one. One that can't be read costs itself.

use ccr2tcr::diagnostic::Diagnostic;
use ccr2tcr::kubernetes::ClusterError;
use ccr2tcr::prompt::Stop;
use ccr2tcr::switch::{PrepareError, contexts, side_by_side};
use ccr2tcr::terminal::Printer;

use super::problems;
use crate::cli::{CommonArgs, ContextsArgs};
use crate::exit::ExitCode;
use crate::views::{Failed, Seen};

/// One cluster, as it is asked for.
pub(super) struct Asked {
    /// Its context, where there are several.
    context: Option<String>,
    pub(super) common: CommonArgs,
}

/// The clusters that are meant: that of `common` alone, unless contexts are named.
pub(super) fn asked(args: &ContextsArgs, common: CommonArgs) -> Result<Vec<Asked>, ClusterError> {
    if args.contexts.is_empty() {
        return Ok(vec![Asked { context: None, common }]);
    }
    let names = contexts(&args.contexts, &common.connection)?;
    let of = |name: String| {
        let mut common = common.clone();
        common.connection.context = Some(name.clone());
        Asked { context: Some(name), common }
    };
    Ok(names.into_iter().map(of).collect())
}

/// What was read of each cluster, a few at a time; `None` if the user has stopped it.
pub(super) async fn read<'a, T>(
    asked: &'a [Asked],
    stop: &Stop,
    read: impl AsyncFn(&'a CommonArgs) -> T,
) -> Option<Vec<T>> {
    tokio::select! {
        read = side_by_side(asked, |one| read(&one.common)) => Some(read),
        () = stop.soft.cancelled() => None,
    }
}

/// What was read, and which clusters could not be.
pub(super) type Sorted<'a, T> = (Vec<Seen<'a, T>>, Vec<Failed<'a>>);

/// Sorts what could be read from what couldn't. `Err` is how the run ends if nothing could be.
pub(super) fn sort<'a, T>(
    asked: &'a [Asked],
    read: Vec<Result<T, PrepareError>>,
    printer: &Printer,
) -> anyhow::Result<Result<Sorted<'a, T>, ExitCode>> {
    let (mut seen, mut failed) = (Vec::new(), Vec::new());
    for (Asked { context, common }, read) in asked.iter().zip(read) {
        let context = context.as_deref();
        match (read, context) {
            (Ok(found), _) => seen.push(Seen { context, common, found }),
            (Err(PrepareError::Cluster(error)), Some(context)) => {
                let why = Diagnostic::new(error.to_string()).with_hint(error.hint());
                failed.push(Failed { context, why: why.known_as(error.common()) });
            }
            // The account is the same for all.
            (Err(error), _) => return problems::prepare(printer, error).map(Err),
        }
    }
    if seen.is_empty() {
        tell_failed(printer, &failed);
        return Ok(Err(ExitCode::Error));
    }
    Ok(Ok((seen, failed)))
}

/// Names the clusters that could not be read: last, where they are seen.
pub(super) fn tell_failed(printer: &Printer, failed: &[Failed<'_>]) {
    for Failed { context, why } in failed {
        let message = format!("context {context} can't be read");
        printer.error(&message, &[&why.message], why.hint.as_deref());
        printer.explain(why.common);
    }
}

/// The exit code, where nothing is left in the clusters that could be read, or something is.
pub(super) fn code(failed: &[Failed<'_>], is_left: bool) -> ExitCode {
    match (failed.is_empty(), is_left) {
        (false, _) => ExitCode::Error,
        (true, true) => ExitCode::Left,
        (true, false) => ExitCode::Done,
    }
}

/// Says which cluster the lines below are about, where there are several.
pub(super) fn tell_which<T>(printer: &Printer, seen: &Seen<'_, T>) {
    if let Some(context) = seen.context {
        printer.heading(&format!("context {context}:"));
    }
}
