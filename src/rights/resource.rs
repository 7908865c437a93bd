//! Resources as CAM names them: `qcs:PROJECT:SERVICE:REGION:ACCOUNT:RESOURCE`, or `*`.

use std::fmt;

use super::pattern::{Cover, cover};

/// A resource, or many of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourcePattern(Shape);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Shape {
    /// `*`
    Everything,
    Named(Box<Parts>),
    /// Not in a form that is known: it can't be judged.
    Other(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Parts {
    text: String,
    service: String,
    /// Empty means all.
    region: String,
    /// `uin/OWNER`; empty means the account that the policy belongs to.
    account: String,
    /// `repository/tcr-1/*`
    resource: String,
}

/// How much of a resource a policy's resource covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// Nothing, some or all of it.
    Known(Cover),
    /// It can't be told from here.
    Unknown,
}

impl ResourcePattern {
    /// Reads a resource; what has an unknown form is kept as it is.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        if text == "*" {
            return Self(Shape::Everything);
        }
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let shape = match parts.as_slice() {
            // Variables (`${uin}`) are filled in by CAM alone.
            ["qcs", _, service, region, account, resource] if !text.contains("${") => {
                Shape::Named(Box::new(Parts {
                    text: text.to_owned(),
                    service: (*service).to_owned(),
                    region: (*region).to_owned(),
                    account: (*account).to_owned(),
                    resource: (*resource).to_owned(),
                }))
            }
            _ => Shape::Other(text.to_owned()),
        };
        Self(shape)
    }

    /// The service and what stands behind the account, `("tcr", "repository/tcr-1/*")`; nothing of
    /// `*` and of unknown forms.
    #[must_use]
    pub fn named(&self) -> Option<(&str, &str)> {
        match &self.0 {
            Shape::Named(parts) => Some((&parts.service, &parts.resource)),
            Shape::Everything | Shape::Other(_) => None,
        }
    }

    /// `uin/OWNER`, if it says so.
    pub(super) fn account(&self) -> Option<&str> {
        match &self.0 {
            Shape::Named(parts) if !parts.account.is_empty() => Some(&parts.account),
            _ => None,
        }
    }

    /// The region, if it says so.
    pub(super) fn region(&self) -> Option<&str> {
        match &self.0 {
            Shape::Named(parts) if !parts.region.is_empty() => Some(&parts.region),
            _ => None,
        }
    }

    /// Whether it is `*`.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.0 == Shape::Everything
    }

    /// How much of `wanted` this covers, as a resource of a statement.
    pub(super) fn extent(&self, wanted: &Self) -> Extent {
        let (held, wanted) = match (&self.0, &wanted.0) {
            (Shape::Everything, _) => return Extent::Known(Cover::All),
            (Shape::Other(_), _) | (_, Shape::Other(_)) => return Extent::Unknown,
            // An action that must be granted on `*`, or whose level isn't known.
            (Shape::Named(_), Shape::Everything) => return Extent::Known(Cover::Part),
            (Shape::Named(held), Shape::Named(wanted)) => (held, wanted),
        };
        let account = account(&held.account, &wanted.account);
        let covers = [
            service(&held.service, &wanted.service, &wanted.resource),
            cover(all_if_empty(&held.region), all_if_empty(&wanted.region)),
            cover(&held.resource, &wanted.resource),
        ];
        let least = covers.into_iter().min().unwrap_or(Cover::None);
        match (least, account) {
            (Cover::None, _) | (_, Some(Cover::None)) => Extent::Known(Cover::None),
            (_, None) => Extent::Unknown,
            (least, Some(account)) => Extent::Known(least.min(account)),
        }
    }
}

fn all_if_empty(part: &str) -> &str {
    if part.is_empty() { "*" } else { part }
}

/// The Personal Edition was a service of its own, `ccr`, and policies that say so are still good.
fn service(held: &str, wanted: &str, resource: &str) -> Cover {
    let is_personal = wanted == "tcr" && resource.starts_with("repo/");
    cover(if held == "ccr" && is_personal { "tcr" } else { held }, wanted)
}

/// `None` if it can't be told: `uid/APPID` names an account by another number.
fn account(held: &str, wanted: &str) -> Option<Cover> {
    if held.is_empty() || wanted.is_empty() || held == "*" {
        return Some(Cover::All);
    }
    match (held.starts_with("uin/"), wanted.starts_with("uin/")) {
        (true, true) => Some(cover(held, wanted)),
        _ => None,
    }
}

impl fmt::Display for ResourcePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Shape::Everything => f.write_str("*"),
            Shape::Named(parts) => f.write_str(&parts.text),
            Shape::Other(text) => f.write_str(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extent(held: &str, wanted: &str) -> Extent {
        ResourcePattern::parse(held).extent(&ResourcePattern::parse(wanted))
    }

    #[test]
    fn empty_parts_stand_for_all_and_for_the_own_account() {
        use Cover::{All, None, Part};
        let wanted = "qcs::tcr:ap-shanghai:uin/1:repository/tcr-1/shop/web";
        for (held, expected) in [
            ("*", All),
            ("qcs::tcr:::repository/tcr-1/*", All),
            ("qcs::tcr:*:*:*", All),
            ("qcs::tcr:ap-shanghai:uin/1:repository/tcr-1/shop/web", All),
            ("qcs::tcr:ap-shanghai::repository/tcr-1/shop/w*", All),
            ("qcs::tcr:ap-beijing::repository/tcr-1/*", None),
            ("qcs::tcr::uin/2:repository/tcr-1/*", None),
            ("qcs::cvm:::*", None),
            ("qcs::*:::*", All),
            ("qcs::tcr:::repository/tcr-2/*", None),
        ] {
            assert_eq!(extent(held, wanted), Extent::Known(expected), "{held}");
        }
        let everywhere = "qcs::tcr:::repository/tcr-1/*";
        let held = "qcs::tcr:ap-shanghai::repository/tcr-1/*";
        assert_eq!(extent(held, everywhere), Extent::Known(Part));
        assert_eq!(extent("qcs::tcr:::instance/tcr-1", "*"), Extent::Known(Part));
    }

    #[test]
    fn what_only_cam_can_tell_is_unknown() {
        let wanted = "qcs::tcr::uin/1:repository/tcr-1/*";
        assert_eq!(extent("qcs::tcr::uid/125:repository/tcr-1/*", wanted), Extent::Unknown);
        assert_eq!(extent("qcs::tcr::uin/${uin}:repository/tcr-1/*", wanted), Extent::Unknown);
        assert_eq!(extent("tcr/repository", wanted), Extent::Unknown);
        let other = "qcs::tcr::uid/125:repository/tcr-2/*";
        assert_eq!(extent(other, wanted), Extent::Known(Cover::None), "whoever that is");
    }

    #[test]
    fn the_personal_edition_has_an_old_name() {
        let wanted = "qcs::tcr:ap-guangzhou:uin/1:repo/shop/web";
        assert_eq!(extent("qcs::ccr:::repo/shop/*", wanted), Extent::Known(Cover::All));
        let enterprise = "qcs::tcr:::repository/tcr-1/*";
        assert_eq!(extent("qcs::ccr:::*", enterprise), Extent::Known(Cover::None));
    }
}
