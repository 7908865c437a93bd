//! What one name of CCR becomes, by itself.

use super::rules::Rules;
use super::verdict::{ByHand, Keep, Verdict};
use crate::image::{Host, Owner, Reference};
use crate::sources::edit::Edit;
use crate::sources::find::{Name, Segment, Slash};
use crate::workload::{ImageClass, RenameError};

/// What a name becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Another name.
    Renamed(Renamed),
    /// It stays, for now at least.
    Stays(Verdict),
}

/// The other name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Renamed {
    /// The parts of the path that are rewritten, from the first on, and what they become.
    pub(super) leading: usize,
    pub(super) path: String,
    /// The images, if it is written which.
    pub(super) image: Option<(Reference, Reference)>,
    /// Whether it names one repository.
    pub(super) is_repository: bool,
}

impl Renamed {
    /// Another host, and all else as it is.
    pub(super) fn host_alone() -> Self {
        Self { leading: 0, path: String::new(), image: None, is_repository: false }
    }
}

impl Rules {
    /// What `name` becomes. `has_latest`: whoever reads it takes `latest` where no tag is written.
    pub(super) fn outcome(&self, name: &Name, has_latest: bool) -> Outcome {
        let literal = name.path.iter().take_while(|segment| !segment.is_template).count();
        let leading: Vec<&str> =
            name.path[..literal].iter().map(|segment| segment.text.as_str()).collect();
        let is_whole = literal == name.path.len() && literal >= 2 && !name.ends_in_slash;
        if is_whole || (literal == name.path.len() && (name.tag.is_some() || name.digest.is_some()))
        {
            self.image(&written(name, &leading), name, has_latest)
        } else {
            self.below(&name.host, &leading)
        }
    }

    /// What the image becomes that is written as `text`, as far as its name and version are literal.
    pub(super) fn image(&self, text: &str, name: &Name, has_latest: bool) -> Outcome {
        let is_template = |part: &Option<Segment>| part.as_ref().is_some_and(|it| it.is_template);
        let is_open = is_template(&name.tag) || is_template(&name.digest);
        let has_version = name.tag.is_some() || name.digest.is_some();
        self.classified(text, !is_open && (has_version || has_latest))
    }

    /// The same. `is_known`: the tag or digest is, whether it is written or is `latest`.
    pub(super) fn classified(&self, text: &str, is_known: bool) -> Outcome {
        match self.names.classify(text) {
            ImageClass::Elsewhere(_) => Outcome::Stays(Verdict::Keep(Keep::SomebodyElses)),
            ImageClass::Tencents(_) => Outcome::Stays(Verdict::Keep(Keep::Tencents)),
            ImageClass::Switched(image) if image.owner == Owner::Other => {
                Outcome::Stays(Verdict::Keep(Keep::SomebodyElses))
            }
            ImageClass::Switched(image) => {
                let old = image.old.clone().resolve();
                if !is_known && let Some(pattern) = self.may_be_excluded(&old) {
                    return Outcome::Stays(Verdict::ByHand(some_excluded(&pattern)));
                }
                let new = image.new_on(&self.target).resolve();
                Outcome::Renamed(Renamed {
                    leading: usize::MAX,
                    path: image.repository.to_string(),
                    image: is_known.then_some((old, new)),
                    is_repository: true,
                })
            }
            ImageClass::Refused(RenameError::Excluded { pattern, .. }) => {
                match is_known || self.excludes_all_tags(&pattern) {
                    true => Outcome::Stays(Verdict::Keep(Keep::Excluded(pattern))),
                    false => Outcome::Stays(Verdict::ByHand(some_excluded(&pattern))),
                }
            }
            ImageClass::Refused(error) => Outcome::Stays(Verdict::ByHand(ByHand::NoName {
                why: error.to_string(),
                hint: error.hint(),
            })),
        }
    }

    fn excludes_all_tags(&self, pattern: &str) -> bool {
        let mut excludes = self.names.mapping.excludes().iter();
        excludes.any(|it| it.as_str() == pattern && it.takes_all_tags())
    }

    /// A pattern of the mapping file that excludes some tags of a repository.
    fn may_be_excluded(&self, image: &Reference) -> Option<String> {
        let mut excludes = self.names.mapping.excludes().iter();
        let found = excludes.find(|it| it.matches_repository(&image.host, &image.repository));
        found.map(|pattern| pattern.as_str().to_owned())
    }

    /// What becomes of all names that begin with these parts of a path.
    pub(super) fn below(&self, host: &Host, leading: &[&str]) -> Outcome {
        if let Some(namespace) = leading.first() {
            match self.names.owner(host, namespace) {
                Owner::Tencent => return Outcome::Stays(Verdict::Keep(Keep::Tencents)),
                Owner::Other => return Outcome::Stays(Verdict::Keep(Keep::SomebodyElses)),
                Owner::Account | Owner::Unknown => {}
            }
        }
        match self.names.mapping.target_below(host, &leading.join("/")) {
            Ok(path) => Outcome::Renamed(Renamed {
                leading: leading.len(),
                path,
                image: None,
                is_repository: false,
            }),
            Err(why) => Outcome::Stays(Verdict::ByHand(ByHand::PartsWays(why))),
        }
    }
}

fn some_excluded(pattern: &str) -> ByHand {
    ByHand::PartsWays(format!("some of its tags are excluded by the mapping file: {pattern}"))
}

/// The name as it is written, as far as it is literal.
fn written(name: &Name, path: &[&str]) -> String {
    let literal = |part: &Option<Segment>| {
        part.as_ref().filter(|part| !part.is_template).map(|part| part.text.clone())
    };
    let mut text = format!("{}/{}", name.host, path.join("/"));
    text.extend(literal(&name.tag).iter().flat_map(|tag| [":", tag]));
    text.extend(literal(&name.digest).iter().flat_map(|digest| ["@", digest]));
    text
}

/// The edits that make `host` and, in place of as many leading parts of its path as `renamed` says,
/// its path of a name.
pub(super) fn edits(name: &Name, host: &Host, renamed: &Renamed) -> Vec<Edit> {
    let host = match name.slash {
        Slash::Percent => host.as_str().replace(':', "%3A"),
        _ => host.to_string(),
    };
    let mut edits = vec![Edit { span: name.host_span.clone(), new: host }];
    let leading = &name.path[..renamed.leading.min(name.path.len())];
    if let (Some(first), Some(last)) = (leading.first(), leading.last()) {
        let old: Vec<&str> = leading.iter().map(|segment| segment.text.as_str()).collect();
        if old.join("/") != renamed.path {
            let new = renamed.path.replace('/', name.slash.as_str());
            edits.push(Edit { span: first.span.start..last.span.end, new });
        }
    }
    edits
}
