//! `--emit`: a file beside those that aren't ours to change.

use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::prompt::problems;
use crate::sources::{Overlay, PreparedRewrite, is_emitted};
use crate::terminal::Printer;

/// What is emitted, and where to.
#[derive(Debug, Clone)]
pub struct Emit {
    overlay: Overlay,
    target: PathBuf,
}

impl FromStr for Emit {
    type Err = String;

    /// `component=DIR`, `values=FILE`, `values:KEY.KEY=FILE`
    fn from_str(text: &str) -> Result<Self, String> {
        let (kind, target) = text.split_once('=').unwrap_or((text, ""));
        let (kind, below) =
            kind.split_once(':').map_or((kind, None), |(kind, keys)| (kind, Some(keys)));
        let keys = |keys: &str| keys.split('.').map(ToOwned::to_owned).collect();
        let overlay = match (kind, below) {
            ("component", None) => Overlay::Component,
            ("values", below) => Overlay::Values { below: below.map(keys).unwrap_or_default() },
            _ => return Err("component=DIR, values=FILE or values:DEPENDENCY=FILE".to_owned()),
        };
        if target.is_empty() {
            return Err(format!("say where to: {kind}=PATH"));
        }
        let target = PathBuf::from(target);
        let target = match overlay {
            Overlay::Component => target.join("kustomization.yaml"),
            Overlay::Values { .. } => target,
        };
        Ok(Self { overlay, target })
    }
}

impl Emit {
    /// Writes the file. Whether it is there, and does all that is to be done.
    pub(super) fn carry_out(&self, prepared: &PreparedRewrite, printer: &Printer) -> bool {
        let emitted = match prepared.emit(&self.overlay) {
            Ok(emitted) => emitted,
            Err(error) => {
                problems::plain(printer, &error.to_string(), Some(error.hint()));
                return false;
            }
        };
        for left in &emitted.left {
            printer.warning(left);
        }
        let Some(text) = emitted.text else {
            printer.note("nothing to emit");
            return emitted.left.is_empty();
        };
        if let Err((why, hint)) = write(&self.target, &text) {
            problems::plain(printer, &format!("{} {why}", self.target.display()), hint);
            return false;
        }
        printer.note(&format!("{} written", self.target.display()));
        printer.hint(&match &self.overlay {
            Overlay::Component => format!(
                "where the bases are used, add below `components:`  - {}",
                self.target.parent().unwrap_or(Path::new(".")).display()
            ),
            Overlay::Values { .. } => format!("helm upgrade … -f {}", self.target.display()),
        });
        emitted.left.is_empty()
    }
}

/// Replaces no file that something else has written.
fn write(target: &Path, text: &str) -> Result<(), (String, Option<&'static str>)> {
    let is_others = fs::read(target).is_ok_and(|old| !is_emitted(&old));
    if is_others {
        let hint = "give another path, or move it away";
        return Err(("is there, and was not emitted before".to_owned(), Some(hint)));
    }
    let folder = target.parent().map_or(Ok(()), fs::create_dir_all);
    let written = folder.and_then(|()| fs::write(target, text));
    written.map_err(|error| (format!("can't be written: {error}"), None))
}
