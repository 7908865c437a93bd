//! Which tool a command calls, and what that does with the images among its arguments.

/// What a command does with what it is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    /// Pulls it, runs it or looks into it.
    Pull,
    /// Pushes it, or changes it in the registry.
    Push,
    /// Takes the first and pushes, or names for a push, the others.
    Copy,
    /// Builds what `--tag` says.
    Build,
    /// Logs in or out.
    Login,
    /// Fetches an address.
    Fetch,
    /// Looks for it.
    Search,
    /// `sed`: looks for one text and writes another.
    Replace,
    /// `jq`, `yq`: an expression.
    Query,
    /// `[`, `case`.
    Compare,
    /// Prints it.
    Print,
    /// Runs code of another language.
    Code,
    /// `kustomize edit set image`.
    SetImage,
    /// Reads values from `--set`.
    Values,
    /// Sets variables.
    Assign,
    /// A loop, whose variable is the first word.
    Loop,
    /// Runs the script in one of the words.
    Script,
    /// A comment.
    Remark,
    /// Something else.
    Other,
}

/// A command that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Called {
    pub(super) act: Act,
    /// For people: `docker push`, `shell: sed`.
    pub(super) place: String,
    /// Which word is its name.
    pub(super) at: usize,
    /// Which word is the first behind its verbs.
    pub(super) first: usize,
}

/// How many words a command is known by. Its verb stands among them, whatever flags are in front.
pub(super) const LOOKED_AT: usize = 24;

/// Tools whose commands are docker's.
const ENGINES: [&str; 11] = [
    "docker",
    "podman",
    "nerdctl",
    "buildah",
    "ctr",
    "crictl",
    "img",
    "isula",
    "pouch",
    "finch",
    "docker.io",
];

/// Tools that copy between registries, sign and look into them.
const COPIERS: [&str; 8] =
    ["skopeo", "crane", "gcrane", "regctl", "oras", "cosign", "notation", "flux"];

/// Commands and words of a shell in front of a command.
const WRAPPERS: [&str; 32] = [
    "sudo", "doas", "env", "time", "nohup", "exec", "command", "builtin", "xargs", "retry",
    "timeout", "nice", "ionice", "stdbuf", "if", "then", "elif", "else", "while", "until", "do",
    "!", "{", "winpty", "call", "watch", "unbuffer", "setsid", "run", "parallel", "start", "shell",
];

/// Commands of docker that have commands of their own.
const GROUPS: [&str; 12] = [
    "image",
    "images",
    "i",
    "container",
    "manifest",
    "buildx",
    "builder",
    "imagetools",
    "trust",
    "service",
    "artifact",
    "index",
];

/// What `words` call, which have no quotes any more.
pub(super) fn called(words: &[String]) -> Called {
    let words = &words[..words.len().min(LOOKED_AT)];
    let at = tool_at(words);
    let Some(word) = words.get(at) else {
        return Called { act: Act::Other, place: String::new(), at, first: at };
    };
    let name = tool_name(word);
    let mut behind = verbs_of_variable(word);
    let of_variable = behind.len();
    behind.extend_from_slice(&words[at + 1..]);
    let (act, verb, verbs_end) = act(&name, &behind);
    let verbs_end = verbs_end.saturating_sub(of_variable);
    let place = match act {
        Act::Search | Act::Replace | Act::Query | Act::Compare => format!("shell: {name}"),
        _ if verb.is_empty() => name,
        _ => format!("{name} {verb}"),
    };
    Called { act, place, at, first: at + 1 + verbs_end }
}

/// The command that another one runs in a container, behind `from`: `docker exec x docker push …`.
pub(super) fn called_inside(words: &[String], from: usize) -> Option<Called> {
    let words = &words[..words.len().min(LOOKED_AT)];
    let at = (from + 2..words.len()).find(|at| is_tool(&words[*at..]))?;
    let mut inner = called(&words[at..]);
    inner.at += at;
    inner.first += at;
    Some(inner)
}

fn tool_at(words: &[String]) -> usize {
    let is_set = |word: &str| {
        let name = word.split_once('=').map_or("", |(name, _)| name);
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let mut at = 0;
    let mut is_wrapped = false;
    while let Some(word) = words.get(at) {
        if WRAPPERS.contains(&tool_name(word).as_str()) {
            is_wrapped = true;
        } else if !(is_set(word) || is_wrapped && is_option(word)) {
            break;
        }
        at += 1;
    }
    let Some(word) = words.get(at) else { return at };
    let name = tool_name(word);
    if is_tool(&words[at..]) || !matches!(other(&name, &[]).0, Act::Other | Act::Script) {
        return at;
    }
    // A function or a program in front of it: `retry_3 docker push …`, `ssh HOST docker pull …`,
    // `find . -exec sed … {} +`.
    let looks = |at: &usize| {
        let act = other(&tool_name(&words[*at]), &[]).0;
        (is_wrapped || words[at - 1].starts_with("-exec"))
            && matches!(act, Act::Search | Act::Replace | Act::Query)
    };
    let mut inner = at + 1..words.len().min(at + 12);
    inner.find(|at| is_tool(&words[*at..]) || looks(at)).unwrap_or(at)
}

/// What may stand between `sudo` or `xargs` and the command.
fn is_option(word: &str) -> bool {
    word.starts_with('-') || word.starts_with(|first: char| first.is_ascii_digit())
}

/// Whether a tool for images begins here, and something for it to do follows.
fn is_tool(words: &[String]) -> bool {
    let [first, rest @ ..] = words else { return false };
    let name = tool_name(first);
    if matches!(name.as_str(), "helm" | "kubectl" | "oc") || COPIERS.contains(&name.as_str()) {
        return !rest.is_empty();
    }
    let is_variable = first.contains(['$', '%']) && !ENGINES.contains(&name.as_str());
    let verb = || rest.first().map_or("", String::as_str);
    match is_variable {
        true => matches!(verb(), "push" | "pull" | "login" | "tag" | "build" | "buildx" | "run"),
        false => ENGINES.contains(&name.as_str()) && !rest.is_empty(),
    }
}

/// The name of a program: without its folder, of a variable in lower case.
fn tool_name(word: &str) -> String {
    let word = word.trim_start_matches(['@', '-', '+']);
    if word.contains(['$', '%']) {
        let letters = |letter: &char| letter.is_ascii_alphanumeric() || *letter == '_';
        let name: String = word.chars().filter(letters).collect::<String>().to_ascii_lowercase();
        let tools = COPIERS.iter().chain(&ENGINES).chain(&["helm", "kubectl"]);
        let known = tools.into_iter().find(|tool| name.split('_').any(|part| part == **tool));
        return known.map_or_else(|| word.to_owned(), |tool| (*tool).to_owned());
    }
    let name = word.rsplit(['/', '\\']).next().unwrap_or(word);
    name.strip_suffix(".exe").unwrap_or(name).to_owned()
}

/// The verbs in the name of a variable: `$(DOCKER_BUILD)` is a command with its verb.
fn verbs_of_variable(word: &str) -> Vec<String> {
    if !word.contains(['$', '%']) {
        return Vec::new();
    }
    let lower = word.to_ascii_lowercase();
    let parts = lower.split(|letter: char| !letter.is_ascii_alphanumeric());
    parts.filter(|part| KNOWN_VERBS.contains(part)).map(str::to_owned).collect()
}

/// The act, the verbs and where they end.
fn act(name: &str, words: &[String]) -> (Act, String, usize) {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let is_engine = ENGINES.contains(&name) || name.contains(['$', '%']);
    if is_engine || COPIERS.contains(&name) {
        let (verbs, end) = verbs(&words);
        let act = if is_engine { engine(&verbs, &words) } else { copier(&verbs, &words) };
        return (act, verbs.join(" "), end);
    }
    let (act, verb) = other(name, &words);
    (act, verb.to_owned(), 0)
}

/// Verbs that no flag in front of them has as its value.
const KNOWN_VERBS: [&str; 14] = [
    "push", "pull", "login", "logout", "tag", "build", "run", "image", "images", "buildx", "copy",
    "cp", "manifest", "create",
];

/// The verb of docker or another, with the groups in front of it, and where they end.
fn verbs<'a>(words: &[&'a str]) -> (Vec<&'a str>, usize) {
    let mut verbs = Vec::new();
    let mut end = 0;
    let mut is_behind_flag = false;
    for (at, word) in words.iter().enumerate() {
        // What stands behind a flag may be its value.
        let is_value = is_behind_flag && verbs.is_empty() && !KNOWN_VERBS.contains(word);
        let is_flag = word.starts_with('-');
        is_behind_flag = is_flag && !word.contains('=');
        if is_flag || is_value {
            continue;
        }
        if !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
            break;
        }
        verbs.push(*word);
        end = at + 1;
        if !GROUPS.contains(word) {
            break;
        }
    }
    (verbs, end)
}

fn engine(verbs: &[&str], words: &[&str]) -> Act {
    match verbs {
        ["login" | "logout", ..] => Act::Login,
        ["push", ..]
        | ["manifest", "create" | "push" | "annotate" | "add" | "rm", ..]
        | ["image" | "images" | "i", "push", ..]
        | ["trust", "sign" | "revoke", ..] => Act::Push,
        ["tag" | "commit" | "import" | "cp", ..]
        | ["image" | "images" | "i", "tag" | "import" | "convert", ..] => Act::Copy,
        ["buildx", "imagetools", ..] if words.contains(&"inspect") => Act::Pull,
        ["build" | "bud" | "buildx" | "builder", ..] | ["image", "build", ..] => Act::Build,
        ["compose" | "stack" | "swarm" | "system" | "context" | "volume" | "network", ..] | [] => {
            Act::Other
        }
        _ => Act::Pull,
    }
}

fn copier(verbs: &[&str], words: &[&str]) -> Act {
    match verbs {
        ["login" | "logout" | "auth" | "registry", ..] => Act::Login,
        ["copy" | "cp" | "sync", ..] | ["image" | "index" | "artifact", "copy" | "cp", ..] => {
            Act::Copy
        }
        ["append" | "mutate" | "rebase" | "flatten", ..] => Act::Build,
        ["push" | "attach" | "sign" | "attest" | "upload" | "delete" | "put" | "clean", ..]
        | [_, "push" | "delete" | "put" | "import" | "create" | "mod", ..] => Act::Push,
        ["tag", ..] if !words.contains(&"ls") => Act::Push,
        _ => Act::Pull,
    }
}

/// What other programs do; the verb where there is one.
fn other<'a>(name: &str, words: &[&'a str]) -> (Act, &'a str) {
    let has = |word: &str| words.contains(&word);
    let verb = words.iter().copied().find(|word| !word.starts_with('-')).unwrap_or_default();
    let act = match name {
        "helm" => {
            let is_push = matches!(verb, "push" | "cm-push") || verb == "chart" && !has("pull");
            return match () {
                () if verb == "registry" => (Act::Login, "registry login"),
                () if is_push => (Act::Push, verb),
                () => (Act::Values, verb),
            };
        }
        "kubectl" | "oc" | "kn" => {
            let is_pull = has("run") || has("debug") || has("set") && has("image");
            let makes = ["deployment", "job", "cronjob", "deploy"].iter().any(|kind| has(kind));
            // What a Secret is called is no image.
            let act = if verb == "registry" || has("docker-registry") {
                Act::Login
            } else if is_pull || verb == "create" && makes {
                Act::Pull
            } else {
                Act::Other
            };
            let place = if has("set") && has("image") { "set image" } else { verb };
            return (act, place);
        }
        "kustomize" if has("set") && has("image") => Act::SetImage,
        "ko" | "faas-cli" | "werf" | "earthly" if has("login") => Act::Login,
        "curl" | "wget" | "http" | "https" | "ping" | "nslookup" | "dig" | "host" | "nc"
        | "ncat" | "telnet" | "openssl" | "traceroute" | "tracepath" | "mtr" | "nmap"
        | "getent" | "iwr" | "irm" | "Invoke-WebRequest" | "Invoke-RestMethod"
        | "Test-NetConnection" => Act::Fetch,
        "git" if has("grep") => Act::Search,
        // Functions of make, in a recipe.
        "python" | "python3" | "node" | "ruby" | "php" | "groovy" => Act::Code,
        "grep" | "egrep" | "fgrep" | "zgrep" | "rg" | "ag" | "awk" | "gawk" | "mawk" | "perl"
        | "tr" | "cut" | "expr" | "findstr" | "Select-String" | "subst" | "patsubst" | "filter"
        | "filter-out" | "findstring" => Act::Search,
        "sed" | "gsed" | "sd" => Act::Replace,
        "jq" | "yq" | "gojq" | "dasel" => Act::Query,
        "[" | "[[" | "test" | "case" => Act::Compare,
        "echo" | "printf" | "print" | "cat" | "say" | "read" | "Write-Host" | "Write-Output"
        | "logger" => Act::Print,
        "export" | "local" | "readonly" | "declare" | "typeset" | "set" | "setenv" | "setx"
        | "alias" => Act::Assign,
        "for" | "select" | "foreach" => Act::Loop,
        "bash" | "sh" | "zsh" | "dash" | "ash" | "ksh" | "eval" | "ssh" | "su" | "trap"
        | "pwsh" | "powershell" => Act::Script,
        "rem" | "REM" | "Rem" | "::" => Act::Remark,
        "trivy"
        | "grype"
        | "syft"
        | "dive"
        | "kind"
        | "minikube"
        | "k3d"
        | "snyk"
        | "dockle"
        | "container-structure-test"
        | "cst" => Act::Pull,
        "pack" | "s2i" | "executor" | "kaniko" | "buildctl" | "jib" | "earthly" | "apko" => {
            Act::Build
        }
        _ => {
            let is_about = |what: &[&str]| {
                let is_it = |word: &str| what.iter().any(|part| word.contains(part));
                is_it(&name.to_ascii_lowercase())
                    || is_runner(name)
                        && words.iter().any(|word| !word.contains('=') && is_it(word))
            };
            if is_about(&["push", "publish", "jib", "build-image", "buildImage"]) {
                Act::Push
            } else if is_about(&["login", "docker-credential"]) {
                Act::Login
            } else {
                Act::Other
            }
        }
    };
    (act, "")
}

/// Whether a program runs what its arguments name: targets, goals, tasks.
fn is_runner(name: &str) -> bool {
    matches!(
        name,
        "make"
            | "gmake"
            | "mvn"
            | "mvnw"
            | "gradle"
            | "gradlew"
            | "just"
            | "task"
            | "npm"
            | "yarn"
            | "pnpm"
            | "bazel"
            | "sbt"
            | "nx"
            | "mage"
            | "rake"
            | "$(MAKE)"
            | "${MAKE}"
    )
}
