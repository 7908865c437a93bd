//! What a kustomization builds from: the files that its transformers see.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// What kustomize takes for a kustomization, in this order.
const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// A longer file is no kustomization, and is not searched, in bytes.
const LONGEST: u64 = 8 * 1024 * 1024;

/// No kustomization builds from more files.
const MOST: usize = 10_000;

/// The files that a kustomization builds from.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Bases {
    /// Without symbolic links; the kustomizations among them, itself included.
    pub(super) files: HashSet<PathBuf>,
    /// Whether it builds from something that isn't here: a URL, a chart, a file that isn't there.
    pub(super) has_others: bool,
    /// The images that it gives another name.
    pub(super) renamed: HashSet<String>,
}

/// As much of a kustomization as says what it builds from.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Kustomization {
    resources: Vec<String>,
    bases: Vec<String>,
    components: Vec<String>,
    crds: Vec<String>,
    patches: Vec<Patch>,
    patches_json6902: Vec<Patch>,
    patches_strategic_merge: Vec<String>,
    images: Vec<Image>,
    helm_charts: Vec<serde::de::IgnoredAny>,
    generators: Vec<serde::de::IgnoredAny>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Image {
    name: String,
    new_name: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Patch {
    path: Option<String>,
}

/// What the kustomization in this file builds from.
pub(super) fn bases(kustomization: &Path) -> Bases {
    let mut bases = Bases::default();
    if let Ok(file) = kustomization.canonicalize() {
        bases.add(&file);
        let images = read(&file).unwrap_or_default().images.into_iter();
        bases.renamed = images.filter(|it| it.new_name.is_some()).map(|it| it.name).collect();
    }
    bases
}

impl Bases {
    /// Whether its transformers see what is in this file. One that builds from nothing by itself, as
    /// components do, is taken to see the whole tree.
    pub(super) fn may_see(&self, file: &Path) -> bool {
        self.files.len() <= 1 && !self.has_others || self.files.contains(file)
    }

    /// Whether one of its files but `kustomization`, which is itself, names this image.
    pub(super) fn name(&self, image: &str, kustomization: &Path) -> bool {
        let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-/".contains(byte);
        self.files.iter().filter(|file| *file != kustomization).any(|file| {
            let text = text(file).unwrap_or_default();
            memchr::memmem::find_iter(text.as_bytes(), image)
                .any(|at| !text.as_bytes().get(at + image.len()).is_some_and(is_of_name))
        })
    }

    /// Adds a kustomization and all that it builds from.
    fn add(&mut self, kustomization: &Path) {
        let mut left = vec![kustomization.to_owned()];
        while let Some(file) = left.pop() {
            if self.files.len() >= MOST || !self.files.insert(file.clone()) {
                continue;
            }
            let folder = file.parent().unwrap_or(Path::new("/"));
            let Some(read) = read(&file) else {
                self.has_others = true;
                continue;
            };
            self.has_others |= !read.helm_charts.is_empty() || !read.generators.is_empty();
            for entry in read.entries() {
                match folder.join(&entry).canonicalize() {
                    Ok(path) if path.is_dir() => match kustomization_in(&path) {
                        Some(base) => left.push(base),
                        None => self.has_others = true,
                    },
                    Ok(path) => drop(self.files.insert(path)),
                    Err(_) => self.has_others = true,
                }
            }
        }
    }
}

impl Kustomization {
    fn entries(self) -> impl Iterator<Item = String> {
        let patches = self.patches.into_iter().chain(self.patches_json6902);
        let lists = [self.resources, self.bases, self.components, self.crds];
        let lists = lists.into_iter().flatten().chain(patches.filter_map(|patch| patch.path));
        // A patch may be written in place of its file's name.
        let merged = self.patches_strategic_merge.into_iter().filter(|it| !it.contains('\n'));
        lists.chain(merged)
    }
}

fn kustomization_in(folder: &Path) -> Option<PathBuf> {
    NAMES.iter().map(|name| folder.join(name)).find(|file| file.is_file())
}

fn read(file: &Path) -> Option<Kustomization> {
    serde_yaml::from_str(&text(file)?).ok()
}

fn text(file: &Path) -> Option<String> {
    let is_short = fs::metadata(file).is_ok_and(|found| found.is_file() && found.len() <= LONGEST);
    is_short.then(|| fs::read_to_string(file).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kustomization_builds_from_what_its_bases_build_from() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        for (name, text) in [
            ("base/kustomization.yaml", "resources: [web.yaml]"),
            ("base/web.yaml", "image: x"),
            ("prod/kustomization.yaml", "resources: [../base]\npatches: [{path: p.yaml}]"),
            ("prod/p.yaml", "{}"),
            ("far/kustomization.yml", "resources: [https://example.com/x?ref=v1, ../base]"),
            ("loop/Kustomization", "resources: [../loop]"),
            ("component/kustomization.yaml", "kind: Component\nimages: []"),
            ("broken/kustomization.yaml", "resources: [{}]"),
        ] {
            let path = root.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let of = |name: &str| bases(&root.join(name));
        let files = |names: &[&str]| names.iter().map(|name| root.join(name)).collect();
        let base = ["base/kustomization.yaml", "base/web.yaml"];
        let prod = [&["prod/kustomization.yaml", "prod/p.yaml"][..], &base].concat();
        let known = Bases { files: files(&prod), ..Bases::default() };
        assert_eq!(of("prod/kustomization.yaml"), known);
        assert!(known.may_see(&root.join("base/web.yaml")) && !known.may_see(&root.join("x.yaml")));
        let far = [&["far/kustomization.yml"][..], &base].concat();
        let far = Bases { files: files(&far), has_others: true, ..Bases::default() };
        assert_eq!(of("far/kustomization.yml"), far);
        for all in ["loop/Kustomization", "component/kustomization.yaml"] {
            assert!(of(all).may_see(&root.join("base/web.yaml")), "{all}");
        }
        assert!(of("broken/kustomization.yaml").has_others);
    }

    #[test]
    fn names_are_found_whole() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let file = root.join("kustomization.yaml");
        let images = "[{name: t.example/shop/web, newName: t.example/x}, {name: t.example/y}]";
        fs::write(&file, format!("resources: [a.yaml]\nimages: {images}")).unwrap();
        fs::write(root.join("a.yaml"), "image: t.example/shop/web:v1\n").unwrap();
        let bases = bases(&file);
        assert_eq!(bases.renamed, HashSet::from(["t.example/shop/web".to_owned()]));
        assert!(bases.name("t.example/shop/web", &file));
        for other in ["t.example/shop/we", "t.example/shop", "t.example/x", "t.example/y"] {
            assert!(!bases.name(other, &file), "{other}");
        }
    }
}
