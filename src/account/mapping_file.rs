//! The mapping file: what a whole team agrees on, read by both plugins.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::image::{GlobError, Host, Pattern, Rule, RuleError};
use crate::tencent::Region;
use crate::text;

/// `--mapping FILE`, version 1.
#[derive(Debug, Default)]
pub struct MappingFile {
    /// The instance's name.
    pub tcr_name: Option<String>,
    /// The instance's region.
    pub tcr_region: Option<Region>,
    /// The host that references will name.
    pub tcr_host: Option<Host>,
    /// CCR's regions.
    pub ccr_regions: Vec<Region>,
    /// CCR's hosts besides the known ones.
    pub ccr_hosts: Vec<Host>,
    /// The rules, first match first.
    pub rules: Vec<Rule>,
    /// Patterns that are left out.
    pub excludes: Vec<Pattern>,
}

/// A mapping file that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum MappingFileError {
    /// It can't be opened.
    #[error("can't read the mapping file {}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// From the operating system.
        source: std::io::Error,
    },
    /// Not YAML, a field that doesn't exist, or a value of the wrong kind. Line and column are in
    /// the reason.
    #[error("{}: {reason}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// From the YAML reader, with line and column.
        reason: String,
    },
    /// A later version than this program knows.
    #[error("{}: version {version} is not known; this program reads version 1", path.display())]
    Version {
        /// The file.
        path: PathBuf,
        /// As it is in the file.
        version: u64,
    },
    /// An entry of `map` that can't be a rule.
    #[error("{}: entry {entry} of `map`: {source}", path.display())]
    Rule {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        entry: usize,
        /// What is wrong with it.
        source: RuleError,
    },
    /// An entry of `exclude` that can't be a pattern.
    #[error("{}: entry {entry} of `exclude`: {source}", path.display())]
    Exclude {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        entry: usize,
        /// What is wrong with it.
        source: GlobError,
    },
}

impl MappingFileError {
    /// What to type instead.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::File { .. } => "check the path that is given to --mapping".to_owned(),
            Self::Version { .. } => {
                "take a newer version of this program, or write `version: 1`".to_owned()
            }
            Self::Syntax { .. } | Self::Rule { .. } | Self::Exclude { .. } => "expected as in: version: 1, tcr: {name: prod}, ccr: {regions: [ap-guangzhou]}, map: [{from: team_a__x, to: team-a-x}], exclude: [\"scratch/*\"]".to_owned(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    version: u64,
    #[serde(default)]
    tcr: Tcr,
    #[serde(default)]
    ccr: Ccr,
    #[serde(default)]
    map: Vec<MapEntry>,
    #[serde(default)]
    exclude: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Tcr {
    name: Option<String>,
    #[serde(default, deserialize_with = "parsed")]
    region: Option<Region>,
    #[serde(default, deserialize_with = "parsed")]
    host: Option<Host>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Ccr {
    #[serde(default, deserialize_with = "parsed_list")]
    regions: Vec<Region>,
    #[serde(default, deserialize_with = "parsed_list")]
    hosts: Vec<Host>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MapEntry {
    from: String,
    to: String,
}

fn parsed<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: std::str::FromStr<Err: std::fmt::Display>,
{
    let text = Option::<String>::deserialize(deserializer)?;
    text.map(|text| text.parse().map_err(serde::de::Error::custom)).transpose()
}

fn parsed_list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: std::str::FromStr<Err: std::fmt::Display>,
{
    let texts = Vec::<String>::deserialize(deserializer)?;
    texts.iter().map(|text| text.parse().map_err(serde::de::Error::custom)).collect()
}

impl MappingFile {
    /// Reads the file.
    ///
    /// # Errors
    /// [`MappingFileError`]; a typo is named with its line and column.
    pub fn read(path: &Path) -> Result<Self, MappingFileError> {
        let text = std::fs::File::open(path)
            .and_then(text::read)
            .map_err(|source| MappingFileError::File { path: path.to_owned(), source })?;
        Self::parse(path, &text)
    }

    fn parse(path: &Path, text: &str) -> Result<Self, MappingFileError> {
        let content: Content = serde_yaml::from_str(text).map_err(|error| {
            MappingFileError::Syntax { path: path.to_owned(), reason: error.to_string() }
        })?;
        if content.version != 1 {
            return Err(MappingFileError::Version {
                path: path.to_owned(),
                version: content.version,
            });
        }
        let rule = |(index, entry): (usize, &MapEntry)| {
            Rule::new(&entry.from, &entry.to).map_err(|source| MappingFileError::Rule {
                path: path.to_owned(),
                entry: index + 1,
                source,
            })
        };
        let exclude = |(index, text): (usize, &String)| {
            text.parse().map_err(|source| MappingFileError::Exclude {
                path: path.to_owned(),
                entry: index + 1,
                source,
            })
        };
        Ok(Self {
            tcr_name: content.tcr.name,
            tcr_region: content.tcr.region,
            tcr_host: content.tcr.host,
            ccr_regions: content.ccr.regions,
            ccr_hosts: content.ccr.hosts,
            rules: content.map.iter().enumerate().map(rule).collect::<Result<_, _>>()?,
            excludes: content.exclude.iter().enumerate().map(exclude).collect::<Result<_, _>>()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<MappingFile, MappingFileError> {
        MappingFile::parse(Path::new("mapping.yaml"), text)
    }

    #[test]
    fn the_documented_example_reads() {
        let file = parse(
            "version: 1\n\
             tcr: {name: prod, region: ap-shanghai, host: registry.example.com}\n\
             ccr: {regions: [ap-guangzhou, ap-hongkong]}\n\
             map:\n  - {from: \"team_a__x\", to: team-a-x}\n\
             exclude: [\"scratch/*\"]\n",
        )
        .unwrap();
        assert_eq!(file.tcr_name.as_deref(), Some("prod"));
        assert_eq!(file.ccr_regions.len(), 2);
        assert_eq!(file.rules[0].to_string(), "team_a__x=team-a-x");
        assert_eq!(file.excludes, ["scratch/*".parse().unwrap()]);
    }

    #[test]
    fn a_typo_is_named_with_line_and_column() {
        let error = parse("version: 1\nmap:\n  - {form: a, to: b}\n").unwrap_err().to_string();
        assert!(error.contains("form") && error.contains("line 3 column"), "{error}");
    }

    #[test]
    fn a_bad_rule_is_named_by_its_place() {
        let error = parse("version: 1\nmap:\n  - {from: a, to: b}\n  - {from: a, to: B!}\n")
            .unwrap_err()
            .to_string();
        assert!(error.contains("entry 2"), "{error}");
    }

    #[test]
    fn another_version_is_refused() {
        assert!(matches!(parse("version: 2\n"), Err(MappingFileError::Version { version: 2, .. })));
    }
}
