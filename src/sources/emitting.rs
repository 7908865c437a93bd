//! A plan for a file that isn't ours, as another file that brings the same about.

use super::emit::{EmitError, Emitted, Overlay, component, values};
use super::prepare::PreparedRewrite;

impl PreparedRewrite {
    /// What brings about the plan for the one file that was given: what `kustomize build` printed, or
    /// a chart's values. The file itself stays.
    ///
    /// # Errors
    /// If there are more files, or it isn't such a one.
    pub fn emit(&self, overlay: &Overlay) -> Result<Emitted, EmitError> {
        let mut files = self.plan.files.iter().filter(|file| file.has_edits());
        let Some(file) = files.next() else { return Ok(Emitted::default()) };
        if let more @ 1.. = files.count() {
            return Err(EmitError::TooMany(more + 1));
        }
        let changed = |why| EmitError::Changed(file.path.clone(), why);
        let (old, edits) = file.before().map_err(changed)?;
        let new = edits.apply(&old);
        match overlay {
            Overlay::Component => component(&old, &new),
            Overlay::Values { below } => values(&old, &new, below),
        }
    }
}
