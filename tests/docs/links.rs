//! Every link and image leads to something that is there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use crate::page::Page;
use crate::{nothing, pages};

#[test]
fn links_lead_to_files_and_headings_that_are_there() {
    nothing(&broken(&pages(), Path::new(".")));
}

/// Links that lead nowhere. Other hosts are not asked.
pub(crate) fn broken(pages: &[Page], root: &Path) -> Vec<String> {
    let anchors: BTreeMap<&str, BTreeSet<String>> =
        pages.iter().map(|page| (page.name.as_str(), page.anchors())).collect();
    let mut broken = Vec::new();
    for page in pages {
        for link in page.links() {
            let mut tell = |why: &str| {
                broken.push(format!("{}:{}: {}: {why}", page.name, link.line, link.it));
            };
            if link.it.contains("://") {
                if !is_https(&link.it) {
                    tell("not an https:// address");
                }
                continue;
            }
            let (file, anchor) = link.it.split_once('#').unwrap_or((&link.it, ""));
            let target = file_of(&page.name, file);
            if !root.join(&target).exists() {
                tell("no such file");
            } else if !anchor.is_empty()
                && !anchors.get(target.as_str()).is_some_and(|all| all.contains(anchor))
            {
                tell("no such heading");
            }
        }
    }
    broken
}

/// The file that a link names, by its path in the repository; without a file, the page itself.
pub(crate) fn file_of(page: &str, link: &str) -> String {
    let file = link.split('#').next().unwrap_or_default();
    if file.is_empty() {
        return page.to_owned();
    }
    let mut path = PathBuf::from(page);
    path.pop();
    for part in Path::new(file).components() {
        match part {
            Component::ParentDir if path.pop() => {}
            Component::CurDir => {}
            // Out of the repository, or from the root of a file system: found nowhere.
            part => path.push(part),
        }
    }
    path.display().to_string()
}

fn is_https(url: &str) -> bool {
    let host = url.strip_prefix("https://").and_then(|rest| rest.split(['/', '#', '?']).next());
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    host.is_some_and(|host| host.contains('.') && host.chars().all(allowed))
        && !url.contains(char::is_whitespace)
}
