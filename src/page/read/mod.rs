//! Reports as they are on disk: what each is, by its own fields, and its sections.
//!
//! Read leniently: a field that a version adds is no matter, a word that it adds is shown as it is.

mod cluster;
mod doctor;
mod files;
mod images;
mod parts;
mod usage;

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use super::error::{MOST_BYTES, PageError};
use super::section::Section;
use super::text::Text;

/// What says which command wrote it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head {
    kind: Option<Text>,
    command: Option<Text>,
    schema_version: Option<u64>,
}

/// Reads all of them: one section for images, and one for each of the others.
pub(super) fn sections(files: &[PathBuf]) -> Result<Vec<Section>, PageError> {
    let mut room = MOST_BYTES;
    let (mut runs, mut sections) = (Vec::new(), Vec::new());
    for path in files {
        let text = text(path, &mut room)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let file = Document { path, name: Text::new(&name).into_string(), text };
        match file.parse()? {
            Parsed::Images(run) => runs.push(run),
            Parsed::Section(section) => sections.push(*section),
        }
    }
    if !runs.is_empty() {
        sections.push(images::section(runs));
    }
    // Stable: sections of one kind stay in the order of their files.
    sections.sort_by_key(|section| section.kind);
    Ok(sections)
}

/// `room` is how many bytes may still be read.
fn text(path: &Path, room: &mut u64) -> Result<String, PageError> {
    let failed = |source| PageError::Read { path: path.to_owned(), source };
    let file = File::open(path).map_err(failed)?;
    let too_large = || PageError::TooLarge { path: path.to_owned() };
    if file.metadata().map_err(failed)?.len() > *room {
        return Err(too_large());
    }
    // A pipe has no length: one byte more than may be tells.
    let text = crate::text::read(file.take(*room + 1)).map_err(failed)?;
    *room = room.checked_sub(text.len() as u64).ok_or_else(too_large)?;
    Ok(text)
}

struct Document<'a> {
    path: &'a Path,
    name: String,
    text: String,
}

enum Parsed {
    Images(images::Run),
    Section(Box<Section>),
}

impl Document<'_> {
    fn parse(self) -> Result<Parsed, PageError> {
        let path = || self.path.to_owned();
        let head: Head =
            serde_json::from_str(&self.text).map_err(|source| match source.classify() {
                Category::Eof => PageError::BreaksOff { path: path(), line: source.line() },
                Category::Data => PageError::NotReport { path: path() },
                Category::Syntax | Category::Io => PageError::NotJson { path: path(), source },
            })?;
        let version = head.schema_version.ok_or_else(|| PageError::NotReport { path: path() })?;
        let known = |what: &str, newest| match version <= newest {
            true => Ok(()),
            false => {
                Err(PageError::Newer { path: path(), what: what.into(), found: version, newest })
            }
        };
        let section = match (head.kind.as_deref(), head.command.as_deref()) {
            (None, Some(command @ ("sync" | "verify"))) => {
                known(command, 2)?;
                return self.fields(command).map(Parsed::Images);
            }
            (None, Some(command @ ("apply" | "rollback" | "secrets copy" | "secrets prune"))) => {
                known(command, 1)?;
                self.fields::<cluster::Report>(command)?.section(self.name)
            }
            (Some("verify"), _) => {
                known("verify", 1)?;
                self.fields::<cluster::Verification>("verify")?.section(self.name)
            }
            (Some("doctor"), _) => {
                known("doctor", 1)?;
                self.fields::<doctor::Doctor>("doctor")?.section(self.name)
            }
            (Some("rewrite"), _) => {
                known("rewrite", 1)?;
                self.fields::<files::Rewrite>("rewrite")?.section(self.name)
            }
            (Some("usage"), _) => {
                known("usage", 1)?;
                self.fields::<usage::Usage>("usage")?.section(self.name)
            }
            (Some(kind), _) => {
                return Err(PageError::OtherKind { path: path(), kind: kind.to_owned() });
            }
            (None, _) => return Err(PageError::NotReport { path: path() }),
        };
        Ok(Parsed::Section(Box::new(section)))
    }

    fn fields<T: DeserializeOwned>(&self, what: &str) -> Result<T, PageError> {
        serde_json::from_str(&self.text).map_err(|source| PageError::Fields {
            path: self.path.to_owned(),
            what: what.to_owned(),
            source,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content: &str) -> Result<Vec<Section>, PageError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("r.json");
        std::fs::write(&path, content).unwrap();
        sections(&[path])
    }

    #[test]
    fn what_is_no_report_is_named_for_what_it_is() {
        type Is = fn(&PageError) -> bool;
        let cases: &[(&str, Is)] = &[
            ("", |e| matches!(e, PageError::BreaksOff { line: 1, .. })),
            ("{\"kind\":\"doctor\",\n\"schemaVersion\":1,\"che", |e| {
                matches!(e, PageError::BreaksOff { line: 2, .. })
            }),
            ("kind: doctor\n", |e| matches!(e, PageError::NotJson { .. })),
            ("[1]", |e| matches!(e, PageError::NotReport { .. })),
            ("{\"auths\":{}}", |e| matches!(e, PageError::NotReport { .. })),
            ("{\"schemaVersion\":1,\"command\":\"dance\"}", |e| {
                matches!(e, PageError::NotReport { .. })
            }),
            (
                "{\"schemaVersion\":2,\"kind\":\"plan\"}",
                |e| matches!(e, PageError::OtherKind { kind, .. } if kind == "plan"),
            ),
            ("{\"schemaVersion\":3,\"command\":\"sync\"}", |e| {
                matches!(e, PageError::Newer { found: 3, newest: 2, .. })
            }),
            ("{\"schemaVersion\":2,\"kind\":\"usage\"}", |e| matches!(e, PageError::Newer { .. })),
            ("{\"schemaVersion\":1,\"kind\":\"doctor\",\"checks\":[3]}", |e| {
                matches!(e, PageError::Fields { .. })
            }),
            ("{\"schemaVersion\":2,\"command\":\"sync\"}", |e| {
                matches!(e, PageError::Fields { .. })
            }),
        ];
        for (content, is) in cases {
            let error = read(content).unwrap_err();
            assert!(is(&error), "{content}: {error:?}");
            assert!(error.to_string().contains("r.json"), "{error}");
        }
    }

    #[test]
    fn what_does_not_fit_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("huge.json");
        File::create(&path).unwrap().set_len(MOST_BYTES + 1).unwrap();
        assert!(matches!(sections(&[path]), Err(PageError::TooLarge { .. })));
    }
}
