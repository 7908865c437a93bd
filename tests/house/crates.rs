//! The crates of the repository, and what a path in one of their files leads to.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::module::{Mention, Module, Sources, load};

/// The name under which programs use the library.
const LIBRARY: &str = "ccr2tcr";

pub(crate) struct Crates {
    modules: Vec<Module>,
    library: usize,
}

/// Something in `from` leads to the file `to`.
pub(crate) type Edges = BTreeMap<PathBuf, BTreeMap<PathBuf, Mention>>;

impl Crates {
    /// The library, and the programs on top of it.
    pub(crate) fn new(sources: &Sources, library: &str, programs: &[String]) -> Self {
        let mut modules = Vec::new();
        let library = load(&mut modules, sources, Path::new(library));
        for program in programs {
            load(&mut modules, sources, Path::new(program));
        }
        Self { modules, library }
    }

    /// Which file names something that is defined in which other. A name that is passed on by
    /// `pub use` leads to the file that defines it; to pass it on is no mention.
    pub(crate) fn edges(&self) -> Edges {
        let mut edges = Edges::new();
        for (id, module) in self.modules.iter().enumerate() {
            let uses =
                module.uses.iter().filter(|it| !it.exported || module.names.contains(&it.name));
            let globs = module.globs.iter();
            for mention in uses.map(|it| &it.mention).chain(&module.paths).chain(globs) {
                let Some((to, _)) = self.resolve(id, &mention.path, &mut BTreeSet::new()) else {
                    continue;
                };
                let to = &self.modules[to].file;
                if *to != module.file {
                    let below = edges.entry(module.file.clone()).or_default();
                    below.entry(to.clone()).or_insert_with(|| mention.clone());
                }
            }
        }
        edges
    }

    /// All mentions of the library's rooms: who names it, and the room.
    pub(crate) fn rooms(&self) -> Vec<(&Path, &str, &Mention)> {
        let mut found = Vec::new();
        for (id, module) in self.modules.iter().enumerate() {
            let uses = module.uses.iter().map(|it| &it.mention);
            for mention in uses.chain(&module.paths).chain(&module.globs) {
                let (from, rest) = self.start(id, &mention.path);
                if let (Some(id), [room, ..]) = (from, rest)
                    && id == self.library
                    && self.modules[id].children.contains_key(room)
                {
                    found.push((module.file.as_path(), room.as_str(), mention));
                }
            }
        }
        found
    }

    /// Goes up by what a path begins with. Without such a beginning it is not said where to.
    fn start<'a>(&self, module: usize, path: &'a [String]) -> (Option<usize>, &'a [String]) {
        match path.first().map(String::as_str) {
            Some("crate") => {
                let up = |id: &usize| self.modules[*id].parent;
                (std::iter::successors(Some(module), up).last(), &path[1..])
            }
            Some(LIBRARY) => (Some(self.library), &path[1..]),
            Some("self") => (Some(module), &path[1..]),
            Some("super") => {
                let ups = path.iter().take_while(|name| *name == "super").count();
                let up = |id: usize, _| self.modules[id].parent;
                ((0..ups).try_fold(module, up), &path[ups..])
            }
            _ => (None, path),
        }
    }

    /// The module in which the path ends, if it ends in an item of it.
    fn resolve(
        &self,
        module: usize,
        path: &[String],
        seen: &mut BTreeSet<(usize, Vec<String>)>,
    ) -> Option<(usize, String)> {
        match self.walk(module, path, seen)? {
            (module, Some(item)) => Some((module, item)),
            (_, None) => None,
        }
    }

    /// The module that a path leads to, and the item of it that the path names, if it names one.
    fn walk(
        &self,
        module: usize,
        path: &[String],
        seen: &mut BTreeSet<(usize, Vec<String>)>,
    ) -> Option<(usize, Option<String>)> {
        if !seen.insert((module, path.to_vec())) {
            return None;
        }
        let (start, mut rest) = self.start(module, path);
        let mut id = start.unwrap_or(module);
        while let [name, more @ ..] = rest {
            let here = &self.modules[id];
            if let Some(child) = here.children.get(name) {
                id = *child;
            } else if here.items.contains(name) {
                return Some((id, Some(name.clone())));
            } else if let Some(it) = here.uses.iter().find(|it| it.name == *name) {
                match self.walk(id, &it.mention.path, seen)? {
                    (to, None) => id = to,
                    item => return Some(item),
                }
            } else {
                return here.globs.iter().find_map(|glob| {
                    match self.walk(id, &glob.path, seen)? {
                        (to, None) if to != id => self.walk(to, rest, seen),
                        _ => None,
                    }
                });
            }
            rest = more;
        }
        Some((id, None))
    }
}
