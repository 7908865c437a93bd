//! Texts of other kinds in scalars: scripts of jobs, files of a `ConfigMap`, JSON in a string.

use super::structure::{Label, NodeId, Scalar, Structure, Style};
use crate::sources::context::Purpose;
use crate::sources::context::keys::plain;
use crate::sources::context::kind::{FileKind, Syntax};
use crate::sources::context::outline::{Form, Meaning, Part};

/// Keys of scripts, and of lists of their lines: GitLab, GitHub, Azure, Drone, Tekton, Taskfile,
/// cloud-init, Ansible, compose.
const SCRIPTS: [&str; 26] = [
    "script",
    "beforescript",
    "afterscript",
    "run",
    "commands",
    "command",
    "cmd",
    "cmds",
    "args",
    "entrypoint",
    "runcmd",
    "bootcmd",
    "bash",
    "shell",
    "sh",
    "pwsh",
    "powershell",
    "inlinescript",
    "install",
    "beforeinstall",
    "afterinstall",
    "aftersuccess",
    "deploy",
    "ansiblebuiltinshell",
    "ansiblebuiltincommand",
    "userdata",
];

/// Keys of YAML in a string: Argo CD's and k3s's values, patches of kustomize.
const YAML: [&str; 8] = [
    "values",
    "valuescontent",
    "helmvalues",
    "patch",
    "patchesstrategicmerge",
    "templatepatch",
    "manifest",
    "manifests",
];

/// The texts in the scalars of `structure` that are read by their own kind, where nothing else says
/// what stands there.
pub(super) fn parts(structure: &Structure<'_>, bytes: &[u8], meanings: &[Meaning]) -> Vec<Part> {
    // What was found in each scalar stands beside each other.
    let mut found = structure.homes.iter().zip(meanings).filter_map(|(home, meaning)| {
        let home = home.filter(|home| home.part == super::structure::Part::Value)?;
        Some((home.node, meaning))
    });
    let mut next = found.next();
    let mut parts = Vec::new();
    for (id, scalar) in structure.scalars() {
        let (mut holds, mut is_open) = (false, true);
        while let Some((_, meaning)) = next.filter(|(node, _)| *node == id) {
            holds = true;
            is_open &= matches!(meaning.purpose, Purpose::Reference);
            next = found.next();
        }
        if !is_open || scalar.style == Style::Alias {
            continue;
        }
        if let Some((kind, path)) = kind_of(structure, id, scalar)
            && (holds || kind == Some(FileKind::Shell))
        {
            parts.push(part(scalar, bytes, kind, path));
        }
    }
    parts
}

fn part(scalar: &Scalar<'_>, bytes: &[u8], kind: Option<FileKind>, path: String) -> Part {
    let mut span = scalar.span.clone();
    let is_block = matches!(scalar.style, Style::Literal | Style::Folded);
    if is_block && kind != Some(FileKind::Shell) && !scalar.text.starts_with("#!") {
        // All of its lines are indented alike.
        span.start -= bytes[..span.start].iter().rev().take_while(|byte| **byte == b' ').count();
    }
    let form = if scalar.style == Style::Double { Form::Escaped } else { Form::Plain };
    Part { span, kind, path, form }
}

/// Whether the scalar `id` is a text of another kind.
pub(super) fn is_part(structure: &Structure<'_>, id: NodeId) -> bool {
    let scalar = structure.node(id).scalar();
    scalar.is_some_and(|scalar| kind_of(structure, id, scalar).is_some())
}

/// How the text of a scalar is read, if it is a text of another kind.
fn kind_of(
    structure: &Structure<'_>,
    id: NodeId,
    scalar: &Scalar<'_>,
) -> Option<(Option<FileKind>, String)> {
    let text = scalar.text.trim();
    let is_long = text.contains('\n');
    let key = title(structure, id);
    let plain = plain(key);
    if let Some(path) = path_of(structure, id, &plain) {
        return Some((None, path));
    }
    if text.starts_with("{\"") || text.starts_with("[{\"") || text.starts_with("[\"") {
        return Some((Some(FileKind::Json), String::new()));
    }
    if text.starts_with("#!") {
        return Some((None, String::new()));
    }
    let is_script = SCRIPTS.contains(&&*plain)
        || plain == "source" && is_below(structure, id, "script")
        || is_below(structure, id, "scripts");
    if is_script && (is_long || text.contains([' ', '\t'])) {
        return Some((Some(language(structure, id)), String::new()));
    }
    if FILES.contains(&&*plain) {
        return Some((None, key.to_owned()));
    }
    if !is_long && !text.contains(' ') {
        return None;
    }
    let is_file = key.contains('.') && !key.contains('/');
    if YAML.contains(&&*plain) {
        Some((Some(FileKind::Yaml), String::new()))
    } else if is_file {
        Some((None, key.to_owned()))
    } else {
        // By how it begins.
        let is_known = BEGINNINGS.iter().any(|begin| text.starts_with(begin));
        is_known.then(|| (None, String::new()))
    }
}

/// How texts begin that say what they are.
const BEGINNINGS: [&str; 7] = ["apiVersion:", "kind:", "services:", "FROM ", "{", "<?xml", "---"];

/// Names of files without a dot.
const FILES: [&str; 5] =
    ["dockerfile", "dockerfileinline", "containerfile", "makefile", "jenkinsfile"];

/// The key of a scalar, or of the list that it is in.
fn title<'s>(structure: &'s Structure<'_>, id: NodeId) -> &'s str {
    let mut nodes = std::iter::once(id).chain(structure.around(id));
    let is_item = |id: &NodeId| matches!(structure.node(*id).label, Label::Item(_));
    nodes.find(|id| !is_item(id)).and_then(|id| structure.node(id).key()).unwrap_or_default()
}

/// Whether a scalar stands in the map under a key.
fn is_below(structure: &Structure<'_>, id: NodeId, key: &str) -> bool {
    structure.node(id).parent.is_some_and(|map| structure.node(map).key() == Some(key))
}

/// The path beside the content of a file, as cloud-init and others have it.
fn path_of(structure: &Structure<'_>, id: NodeId, key: &str) -> Option<String> {
    let map =
        structure.node(id).parent.filter(|_| matches!(key, "content" | "contents" | "data"))?;
    let path =
        ["path", "filename", "target", "dest"].iter().find_map(|key| structure.text(map, key))?;
    Some(path.to_owned())
}

/// The language of a script, which a shell is named for beside it.
fn language(structure: &Structure<'_>, id: NodeId) -> FileKind {
    let map = structure.around(id).find(|id| structure.node(*id).is_map());
    let beside = |key| map.and_then(|map| structure.text(map, key)).unwrap_or_default();
    let shell = beside("shell");
    if beside("uses").contains("github-script") {
        FileKind::Source(Syntax::C)
    } else if ["pwsh", "powershell", "cmd"].iter().any(|name| shell.starts_with(name))
        || matches!(structure.node(id).key(), Some("pwsh" | "powershell"))
    {
        FileKind::WindowsShell
    } else if shell.starts_with("python") {
        FileKind::Source(Syntax::Hash)
    } else {
        FileKind::Shell
    }
}
