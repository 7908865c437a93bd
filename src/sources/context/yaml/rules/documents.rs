//! What a document as a whole says of itself: encrypted, signed, written by a program.

use memchr::memmem;

use super::super::at::At;
use super::super::structure::Structure;
use crate::sources::context::Purpose;
use crate::workload::COPIES;

/// Programs say in so many bytes at the top what a document was made from.
const HEAD: usize = 512;

/// What the documents of a file are.
pub(in super::super) struct Documents<'s> {
    structure: &'s Structure<'s>,
    bytes: &'s [u8],
    /// Whether SOPS signed the file. The signature is over all of its documents.
    is_signed: bool,
    /// The document that was looked at last, and what it is.
    last: Option<(usize, Option<Purpose>)>,
}

impl<'s> Documents<'s> {
    pub(in super::super) fn of(structure: &'s Structure<'s>, bytes: &'s [u8]) -> Self {
        let is_signed = structure.documents().iter().any(|document| {
            let sops = document.root.and_then(|root| structure.get(root, "sops"));
            sops.is_some_and(|sops| structure.get(sops, "mac").is_some())
        });
        Self { structure, bytes, is_signed, last: None }
    }

    /// What the document is that `at` is a place in, if that says all. Places come in their order.
    pub(in super::super) fn at(&mut self, at: usize) -> Option<Purpose> {
        let index = self.structure.document_at(at).unwrap_or_default();
        if let Some((last, purpose)) = &self.last
            && *last == index
        {
            return purpose.clone();
        }
        let purpose = self.look(index);
        self.last = Some((index, purpose.clone()));
        purpose
    }

    fn look(&self, index: usize) -> Option<Purpose> {
        if self.is_signed {
            return Some(Purpose::Sealed);
        }
        let document = self.structure.documents().get(index)?;
        let kind = document.root.and_then(|root| self.structure.text(root, "kind"));
        let start = if index == 0 { 0 } else { document.start };
        match kind.unwrap_or_default() {
            "SealedSecret" => Some(Purpose::Sealed),
            "ImagesLock" => Some(Purpose::Generated),
            _ if is_rendered(&self.bytes[start..]) => Some(Purpose::Generated),
            _ => None,
        }
    }
}

/// Whether Helm made it of a chart: `# Source: CHART/templates/FILE` is what it says then.
fn is_rendered(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(HEAD)];
    let comments = head.split(|byte| *byte == b'\n').take_while(|line| {
        let line = line.trim_ascii();
        line.is_empty()
            || line == b"---"
            || line.starts_with(b"#")
            || line.starts_with(b"\xef\xbb\xbf")
    });
    comments
        .map(<[u8]>::trim_ascii)
        .any(|line| line.starts_with(b"# Source: ") && memmem::find(line, b"/templates/").is_some())
}

/// Whether a program wrote it into an object: what was applied last, what is running.
pub(super) fn is_copy(at: &At<'_>) -> bool {
    at.keys().any(|key| COPIES.contains(&key)) || is_status(at)
}

/// Whether it is below `status` of an object.
fn is_status(at: &At<'_>) -> bool {
    let structure = at.structure;
    let has = |map, key| structure.text(map, key).is_some();
    let mut inner = at.home.node;
    for outer in structure.around(at.home.node) {
        if has(outer, "apiVersion") && has(outer, "kind") {
            return structure.node(inner).key() == Some("status");
        }
        inner = outer;
    }
    false
}
