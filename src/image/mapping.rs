//! The mapping from a CCR name to a TCR name: what an image is called after the move.

use std::fmt;
use std::str::FromStr;

use super::glob::is_special;
use super::{
    Glob, GlobError, Host, NamespaceError, Pattern, RepositoryName, TagOrDigest,
    check_enterprise_name,
};

/// One rule of the mapping, `[HOST:]OLD=NEW`.
///
/// `OLD` is a namespace (`team_a__x`), a repository (`old/app`), or ends in `/*`. `HOST` is a CCR
/// host or its first label (`hkccr`).
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    host: Option<String>,
    from: RuleSource,
    to: String,
}

#[derive(Debug, Clone, PartialEq)]
enum RuleSource {
    /// A namespace: all its repositories move below the new name.
    Namespace(Glob),
    /// One repository, or several by a glob.
    Repository(Glob),
    /// `OLD/*=NEW/*`: what the star stands for is kept.
    Below(String),
}

/// Why a rule can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// No `=`, or nothing on one side of it.
    #[error("`{0}` is not a mapping: expected OLD=NEW, as in team_a__x=team-a-x")]
    Shape(String),
    /// `NEW` can't be the name of anything in TCR.
    #[error(
        "`{0}` can't be the name of a TCR namespace or repository: lower-case letters, digits and single . _ - between, parts joined by /"
    )]
    Target(String),
    /// A star on one side only.
    #[error("`{0}`: a `/*` at the end must stand on both sides or on none")]
    Star(String),
    /// `OLD` holds a pattern that can't be read.
    #[error(transparent)]
    Glob(#[from] GlobError),
}

impl Rule {
    /// Makes a rule from its two sides, as the mapping file has them.
    ///
    /// # Errors
    /// [`RuleError`] if a side is malformed.
    pub fn new(from: &str, to: &str) -> Result<Self, RuleError> {
        let written = || format!("{from}={to}");
        let (host, from_path) = match from.rsplit_once(':') {
            Some((host, path)) if !host.is_empty() => (Some(host.to_ascii_lowercase()), path),
            Some(_) => return Err(RuleError::Shape(written())),
            None => (None, from),
        };
        if from_path.is_empty() || to.is_empty() {
            return Err(RuleError::Shape(written()));
        }
        let (from, to) = match (from_path.strip_suffix("/*"), to.strip_suffix("/*")) {
            (Some(from), Some(to)) if !from.contains(['*', '?', '[', '{']) => {
                (RuleSource::Below(from.to_owned()), to)
            }
            (Some(_), None) | (_, Some(_)) => return Err(RuleError::Star(written())),
            (_, None) if from_path.contains('/') => {
                (RuleSource::Repository(from_path.parse()?), to)
            }
            (_, None) => (RuleSource::Namespace(from_path.parse()?), to),
        };
        if to.parse::<RepositoryName>().is_err() {
            return Err(RuleError::Target(to.to_owned()));
        }
        Ok(Self { host, from, to: to.to_owned() })
    }

    /// Its two sides, as [`Rule::new`] takes them.
    #[must_use]
    pub fn sides(&self) -> (String, String) {
        let host = self.host.as_ref().map(|host| format!("{host}:")).unwrap_or_default();
        match &self.from {
            RuleSource::Namespace(glob) | RuleSource::Repository(glob) => {
                (format!("{host}{glob}"), self.to.clone())
            }
            RuleSource::Below(prefix) => (format!("{host}{prefix}/*"), format!("{}/*", self.to)),
        }
    }

    fn apply(&self, host: &Host, repository: &str) -> Option<String> {
        if !self.is_for(host) {
            return None;
        }
        let (namespace, below) = repository.split_once('/').unwrap_or((repository, ""));
        let joined = |below: &str| {
            if below.is_empty() { self.to.clone() } else { format!("{}/{below}", self.to) }
        };
        match &self.from {
            RuleSource::Namespace(glob) => glob.matches(namespace).then(|| joined(below)),
            RuleSource::Repository(glob) => glob.matches(repository).then(|| self.to.clone()),
            RuleSource::Below(prefix) => {
                let below = repository.strip_prefix(prefix.as_str())?.strip_prefix('/')?;
                Some(joined(below))
            }
        }
    }
}

/// What a rule does with all names below a path.
enum Below {
    None,
    All(String),
    Some,
}

impl Rule {
    fn is_for(&self, host: &Host) -> bool {
        let is_named = |wanted: &String| wanted == host.as_str() || wanted == host.first_label();
        self.host.as_ref().is_none_or(is_named)
    }

    /// What becomes of the names that begin with `path` and a slash. `path` may be empty.
    fn apply_below(&self, host: &Host, path: &str) -> Below {
        let rest_of = |prefix: &str| match path.strip_prefix(prefix) {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => Some(rest.to_owned()),
            _ => None,
        };
        let is_above = |name: &str| {
            let rest = name.strip_prefix(path);
            path.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if !self.is_for(host) {
            return Below::None;
        }
        match &self.from {
            RuleSource::Namespace(_) if path.is_empty() => Below::Some,
            RuleSource::Namespace(glob) => {
                let (namespace, _) = path.split_once('/').unwrap_or((path, ""));
                match glob.matches(namespace) {
                    true => Below::All(format!("{}{}", self.to, &path[namespace.len()..])),
                    false => Below::None,
                }
            }
            RuleSource::Below(prefix) => match rest_of(prefix) {
                Some(rest) => Below::All(format!("{}{rest}", self.to)),
                None if is_above(prefix) => Below::Some,
                None => Below::None,
            },
            RuleSource::Repository(glob) => {
                // As much of it as stands for itself.
                let text = glob.as_str();
                let literal = text.find(is_special).map_or(text, |at| &text[..at]);
                let may_match = match literal.len() == text.len() {
                    true => is_above(text) && text != path,
                    false => path.starts_with(literal) || literal.starts_with(path),
                };
                if may_match { Below::Some } else { Below::None }
            }
        }
    }
}

impl FromStr for Rule {
    type Err = RuleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (from, to) = text.split_once('=').ok_or_else(|| RuleError::Shape(text.to_owned()))?;
        Self::new(from.trim(), to.trim())
    }
}

/// Why a CCR repository has no name in TCR.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// The namespace breaks TCR's rule.
    #[error(transparent)]
    Namespace(#[from] NamespaceError),
    /// The repository's path breaks the grammar, or has no namespace.
    #[error(
        "`{0}` can't be a repository in TCR: NAMESPACE/REPOSITORY, lower-case letters, digits and single . _ - between"
    )]
    Repository(String),
}

/// The rules, in the order in which they are tried. The first match wins; without a match the name
/// stays as it is. It also holds what of CCR is not to be moved at all.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Mapping {
    rules: Vec<Rule>,
    excludes: Vec<Pattern>,
}

impl Mapping {
    /// A mapping that tries `rules` in this order.
    #[must_use]
    pub fn new(rules: Vec<Rule>) -> Self {
        Self { rules, excludes: Vec::new() }
    }

    /// The same, with patterns of what is not to be moved.
    #[must_use]
    pub fn excluding(self, excludes: Vec<Pattern>) -> Self {
        Self { excludes, ..self }
    }

    /// The rules, first match first.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The patterns of what is not to be moved.
    #[must_use]
    pub fn excludes(&self) -> &[Pattern] {
        &self.excludes
    }

    /// The pattern that excludes an image of CCR, if there is one.
    #[must_use]
    pub fn excluded_by(
        &self,
        host: &Host,
        repository: &RepositoryName,
        version: &TagOrDigest,
    ) -> Option<&Pattern> {
        self.excludes.iter().find(|pattern| pattern.matches_version(host, repository, version))
    }

    /// Whether there is no rule at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The repository in TCR that `repository` on `host` becomes.
    ///
    /// `repository` is text, because which names CCR allows is not documented.
    ///
    /// # Errors
    /// [`MappingError`] if the result breaks the Enterprise rules; the mapping needs a rule for it.
    pub fn target(&self, host: &Host, repository: &str) -> Result<RepositoryName, MappingError> {
        let mapped = self
            .rules
            .iter()
            .find_map(|rule| rule.apply(host, repository))
            .unwrap_or_else(|| repository.to_owned());
        let (namespace, below) = mapped.split_once('/').unwrap_or((&mapped, ""));
        check_enterprise_name(namespace)?;
        if below.is_empty() {
            return Err(MappingError::Repository(mapped.clone()));
        }
        mapped.parse().map_err(|_| MappingError::Repository(mapped.clone()))
    }
}

impl Mapping {
    /// What stands in TCR in place of `path` in front of all names of CCR that begin with it and a
    /// slash. `path` may be empty, which stands for all there is.
    ///
    /// # Errors
    /// The rule or the exclusion by which some of these names go elsewhere than others, or why TCR
    /// takes none of them.
    pub fn target_below(&self, host: &Host, path: &str) -> Result<String, String> {
        let namespace = path.split('/').next().unwrap_or_default();
        let excludes = |pattern: &&Pattern| match namespace.is_empty() {
            true => pattern.may_match_outside(host, |_| false),
            false => pattern.may_match_in(host, namespace, |_| false),
        };
        if let Some(pattern) = self.excludes.iter().find(excludes) {
            return Err(format!("{pattern} is excluded"));
        }
        for rule in &self.rules {
            match rule.apply_below(host, path) {
                Below::None => {}
                Below::All(target) => return sound(target),
                Below::Some => return Err(format!("{rule} is for some of them only")),
            }
        }
        sound(path.to_owned())
    }
}

/// The beginning of names in TCR, if names may begin so.
fn sound(target: String) -> Result<String, String> {
    let namespace = target.split('/').next().unwrap_or_default();
    let checked = if target.is_empty() { Ok(()) } else { check_enterprise_name(namespace) };
    checked.map(|()| target).map_err(|error| error.to_string())
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, to) = self.sides();
        write!(f, "{from}={to}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(rules: &[&str], repository: &str) -> Result<String, MappingError> {
        let rules = rules.iter().map(|rule| rule.parse().unwrap()).collect();
        let host = "hkccr.ccs.tencentyun.com".parse().unwrap();
        Mapping::new(rules).target(&host, repository).map(|name| name.to_string())
    }

    #[test]
    fn without_a_rule_the_name_stays() {
        assert_eq!(map(&[], "shop/web"), Ok("shop/web".to_owned()));
    }

    #[test]
    fn the_four_shapes_of_a_rule() {
        assert_eq!(map(&["team_a__x=team-a-x"], "team_a__x/app"), Ok("team-a-x/app".to_owned()));
        assert_eq!(map(&["old/app=new/group/app"], "old/app"), Ok("new/group/app".to_owned()));
        assert_eq!(map(&["dev/*=platform/dev/*"], "dev/api"), Ok("platform/dev/api".to_owned()));
        assert_eq!(map(&["hkccr:shop=shop-hk"], "shop/web"), Ok("shop-hk/web".to_owned()));
        assert_eq!(map(&["sgccr:shop=shop-sg"], "shop/web"), Ok("shop/web".to_owned()));
        assert_eq!(
            map(&["hkccr.ccs.tencentyun.com:shop=shop-hk"], "shop/web"),
            Ok("shop-hk/web".to_owned())
        );
    }

    #[test]
    fn a_rule_for_one_name_leaves_its_neighbours_alone() {
        assert_eq!(map(&["dev=platform/dev"], "dev-a/api"), Ok("dev-a/api".to_owned()));
        assert_eq!(map(&["dev/*=platform/*"], "dev2/api"), Ok("dev2/api".to_owned()));
    }

    #[test]
    fn the_first_match_wins() {
        let rules = ["shop/web=front/web", "shop=store"];
        assert_eq!(map(&rules, "shop/web"), Ok("front/web".to_owned()));
        assert_eq!(map(&rules, "shop/api"), Ok("store/api".to_owned()));
    }

    #[test]
    fn a_name_that_tcr_refuses_is_an_error() {
        assert!(matches!(map(&[], "Dev_/app"), Err(MappingError::Namespace(_))));
        assert!(matches!(map(&["shop/web=front"], "shop/web"), Err(MappingError::Repository(_))));
        assert!(matches!(map(&[], "shop/Web"), Err(MappingError::Repository(_))));
    }

    #[test]
    fn all_names_below_a_path_go_one_way_or_it_says_which_rule_parts_them() {
        let below = |rules: &[&str], path: &str| {
            let rules = rules.iter().map(|rule| rule.parse().unwrap()).collect();
            Mapping::new(rules).target_below(&"hkccr.ccs.tencentyun.com".parse().unwrap(), path)
        };
        let to = |text: &str| Ok(text.to_owned());
        assert_eq!(below(&[], ""), to(""));
        assert_eq!(below(&[], "shop"), to("shop"));
        assert_eq!(below(&["shop=front"], "shop"), to("front"));
        assert_eq!(below(&["shop=front"], "shop/web"), to("front/web"));
        assert_eq!(below(&["shop=front"], "shops"), to("shops"));
        assert_eq!(below(&["dev/*=platform/dev/*"], "dev"), to("platform/dev"));
        assert_eq!(below(&["dev/a/*=xx/y/*"], "dev/a/b"), to("xx/y/b"));
        assert_eq!(below(&["sgccr:shop=front"], ""), to(""), "another host's");
        for (rule, path) in [
            ("shop=front", ""),
            ("shop/web=front/web", "shop"),
            ("shop/w*=front/web", "shop/w"),
            ("shop/*-api=front/web", "shop"),
            ("shop/a/*=xx/y/*", "shop"),
            ("*/web=front/web", "shop"),
        ] {
            assert!(below(&[rule], path).unwrap_err().starts_with(rule), "{rule} {path}");
        }
        assert_eq!(below(&["shop/web=front/web"], "shop/web"), to("shop/web"));
        let excluding = Mapping::default().excluding(vec!["shop/web:pr-*".parse().unwrap()]);
        let host = "ccr.ccs.tencentyun.com".parse().unwrap();
        assert!(excluding.target_below(&host, "shop").is_err());
        assert!(excluding.target_below(&host, "").is_err());
        assert_eq!(excluding.target_below(&host, "data"), to("data"));
    }

    #[test]
    fn what_is_excluded_is_told_by_its_pattern() {
        let patterns = ["scratch", "shop/web:pr-*"].map(|text| text.parse().unwrap());
        let mapping = Mapping::default().excluding(patterns.to_vec());
        let by = |text: &str| {
            let image: super::super::Reference = text.parse().unwrap();
            let found = mapping.excluded_by(&image.host, &image.repository, &image.version);
            found.map(|pattern| pattern.as_str().to_owned())
        };
        let digest = super::super::Digest::of(b"x");
        assert_eq!(by("ccr.ccs.tencentyun.com/scratch/a:v1").as_deref(), Some("scratch"));
        assert_eq!(by(&format!("a.b/scratch/a@{digest}")).as_deref(), Some("scratch"));
        assert_eq!(by("a.b/shop/web:pr-7").as_deref(), Some("shop/web:pr-*"));
        assert_eq!(by("a.b/shop/web:v1"), None);
        assert_eq!(by(&format!("a.b/shop/web@{digest}")), None, "no tag, no pattern of tags");
    }

    #[test]
    fn a_malformed_rule_is_refused() {
        for text in ["", "a", "=b", "a=", "a/*=b", "a=b/*", "a=B", "a=b//c", ":a=b", "a[=b"] {
            assert!(text.parse::<Rule>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_rule_reads_back_as_it_was_written() {
        for text in ["a=b", "a/b=c/d/e", "a/*=b/c/*", "hkccr:shop=shop-hk"] {
            assert_eq!(text.parse::<Rule>().unwrap().to_string(), text);
        }
    }
}
