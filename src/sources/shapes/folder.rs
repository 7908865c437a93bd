//! Reading the folders.

use std::fs;
use std::path::{Path, PathBuf};

use crate::image::Mapping;
use crate::sources::decide::{Also, Rules};
use crate::workload::CcrNames;

/// A folder of files of one shape.
pub(super) struct Shape {
    pub(super) name: String,
    pub(super) rules: Rules,
    pub(super) files: Vec<ShapeFile>,
    pub(super) expected: Vec<String>,
    /// What is given for `--map`.
    maps: Vec<String>,
}

impl Shape {
    /// Whether a mapping can say where all came from: a namespace that became a part of a path has
    /// no rule of its own, and the name of a pull secret none at all.
    pub(super) fn has_inverse(&self) -> bool {
        let parts = |name: &str| name.matches('/').count();
        let grows = |rule: &String| {
            rule.split_once('=').is_none_or(|(old, new)| parts(old) == 0 && parts(new) > 0)
        };
        self.rules.pull_secret.is_none() && !self.maps.iter().any(grows)
    }

    /// The mapping from TCR to CCR.
    pub(super) fn inverse_mapping(&self) -> Mapping {
        let inverse = |rule: &String| {
            let (old, new) = rule.split_once('=').unwrap();
            format!("{new}={old}").parse().unwrap()
        };
        Mapping::new(self.maps.iter().map(inverse).collect())
    }
}

/// One file, before and after.
pub(super) struct ShapeFile {
    /// From the top of the tree, with `/` between folders.
    pub(super) path: String,
    pub(super) before: Vec<u8>,
    pub(super) after: Vec<u8>,
}

/// All of them, by name.
pub(super) fn shapes() -> Vec<Shape> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rewrite/shapes");
    below(&root).iter().map(|folder| shape(folder)).collect()
}

fn shape(folder: &Path) -> Shape {
    let name = folder.file_name().unwrap().to_string_lossy().into_owned();
    let (before, after) = (folder.join("before"), folder.join("after"));
    let paths = files(&before);
    let stray = files(&after).into_iter().find(|path| !paths.contains(path));
    assert_eq!(stray, None, "{name}: there is an after and no before");
    let files = paths.into_iter().map(|path| {
        let old = fs::read(before.join(&path)).unwrap();
        let new = fs::read(after.join(&path)).unwrap_or_else(|_| old.clone());
        ShapeFile { path, before: old, after: new }
    });
    let expected = fs::read_to_string(folder.join("expected")).unwrap();
    let rules = fs::read_to_string(folder.join("rules")).unwrap_or_default();
    let maps = rules.lines().filter_map(|line| line.strip_prefix("map "));
    Shape {
        maps: maps.map(str::to_owned).collect(),
        rules: self::rules(&rules),
        files: files.collect(),
        expected: expected.lines().map(str::to_owned).collect(),
        name,
    }
}

fn rules(text: &str) -> Rules {
    let mut rules = Rules {
        names: CcrNames::default(),
        target: "prod.tencentcloudcr.com".parse().unwrap(),
        pull_secret: None,
        also: Also::default(),
    };
    let (mut maps, mut excludes, mut owned) = (Vec::new(), Vec::new(), Vec::new());
    for line in text.lines() {
        match line.split_once(' ').unwrap() {
            ("map", rule) => maps.push(rule.parse().unwrap()),
            ("exclude", pattern) => excludes.push(pattern.parse().unwrap()),
            ("pull-secret", name) => rules.pull_secret = Some(name.to_owned()),
            ("owned", namespace) => owned.push(namespace.to_owned()),
            ("also", "docs") => rules.also.docs = true,
            ("also", "source") => rules.also.source = true,
            ("also", "comments") => rules.also.comments = true,
            ("also", "logins") => rules.also.logins = true,
            other => panic!("{other:?}"),
        }
    }
    if !owned.is_empty() {
        let hosts = ["ccr", "hkccr"].map(|name| format!("{name}.ccs.tencentyun.com"));
        let lists = rules.names.owned.get_or_insert_default();
        lists.add(hosts.map(|host| host.parse().unwrap()), &owned);
    }
    rules.names.mapping = Mapping::new(maps).excluding(excludes);
    rules
}

/// The files below `folder`, from there.
fn files(folder: &Path) -> Vec<String> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        let (inner, found): (Vec<_>, Vec<_>) = below(&next).into_iter().partition(|it| it.is_dir());
        folders.extend(inner);
        files.extend(found.iter().map(|path| {
            let path = path.strip_prefix(folder).unwrap();
            path.to_string_lossy().replace('\\', "/")
        }));
    }
    files.sort();
    files
}

fn below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}
