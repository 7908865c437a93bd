//! No secret in what is said, written or handed to another program as an argument.
//!
//! The sandbox knows every secret that it handed out or takes. After each kind of command all of
//! them are looked for in all that the command said and wrote, and in the arguments of every
//! process that ran meanwhile.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::copy::registry::credential_helpers::{self, KEEPER};
use crate::support::processes::{Watcher, saw};
use crate::support::{Run, Sandbox, run};

const UIN: &str = "100000000001";

const ACCOUNT: &str = r"
version: 1
docker_login: [ccr, tcr]
personal:
  - region: ap-guangzhou
    namespaces:
      - name: shop
        repositories:
          - {name: web, images: [{tags: [v1, v2], layers: [20kB]}, {tags: [v3], kind: index}]}
          - {name: api, images: [{tags: [broken], layers: [2kB], fault: wrong-bytes}]}
enterprise:
  - {name: prod, region: ap-shanghai, namespaces: [{name: shop}]}
";

/// CCR's password, a fresh one for each sandbox: other tests run at the same time.
fn right(sandbox: &Sandbox) -> String {
    let config = std::fs::read(sandbox.folder().join("first.json")).unwrap();
    let config: serde_json::Value = serde_json::from_slice(&config).unwrap();
    let auth = config["auths"][sandbox.ccr()]["auth"].as_str().unwrap();
    let login = String::from_utf8(STANDARD.decode(auth).unwrap()).unwrap();
    login.split_once(':').unwrap().1.to_owned()
}

/// A password that no account has.
fn wrong(sandbox: &Sandbox) -> String {
    let name = sandbox.folder().file_name().unwrap().to_string_lossy().into_owned();
    format!("Wrong-Horse-{}", name.trim_start_matches(".tmp"))
}

fn docker_config(sandbox: &Sandbox) -> PathBuf {
    Path::new(sandbox.variable("DOCKER_CONFIG")).join("config.json")
}

/// A sandbox, and a copy of the logins that it began with.
fn sandbox() -> Sandbox {
    sandbox_of(ACCOUNT)
}

fn sandbox_of(account: &str) -> Sandbox {
    let sandbox = Sandbox::with_account(account);
    std::fs::copy(docker_config(&sandbox), sandbox.folder().join("first.json")).unwrap();
    sandbox
}

/// What must not be found: all that the sandbox knows, the passwords of these tests, and each of
/// them as Basic authentication spells it.
fn secrets_of(sandbox: &Sandbox) -> BTreeSet<String> {
    let known = sandbox.control("/secrets");
    let mut plain: BTreeSet<String> = known
        .as_array()
        .unwrap()
        .iter()
        .map(|secret| secret.as_str().unwrap().to_owned())
        .collect();
    plain.insert(sandbox.variable("TENCENTCLOUD_SECRET_KEY").to_owned());
    plain.extend([right(sandbox), wrong(sandbox)]);
    let encoded: Vec<String> =
        plain.iter().map(|secret| STANDARD.encode(format!("{UIN}:{secret}"))).collect();
    plain.extend(encoded);
    plain
}

/// The secrets that stand in these texts, each with the name of its text.
fn found<'a>(secrets: &'a BTreeSet<String>, texts: &[(String, String)]) -> Vec<(&'a str, String)> {
    let of_text = |(name, text): &(String, String)| {
        let inside = secrets.iter().filter(|secret| text.contains(secret.as_str()));
        inside.map(|secret| (secret.as_str(), name.clone())).collect::<Vec<_>>()
    };
    texts.iter().flat_map(of_text).collect()
}

/// One sandbox, and all that was said and written in it.
struct Search {
    sandbox: Sandbox,
    texts: Vec<(String, String)>,
    watcher: Watcher,
}

impl Search {
    fn begin() -> Self {
        Self::of(ACCOUNT)
    }

    fn of(account: &str) -> Self {
        let sandbox = sandbox_of(account);
        Self { sandbox, texts: Vec::new(), watcher: Watcher::start() }
    }

    /// Runs the plugin and keeps what it said.
    #[track_caller]
    fn run(&mut self, arguments: &[&str], code: i32) {
        let command = self.sandbox.plugin(arguments);
        self.run_command(command, code);
    }

    #[track_caller]
    fn run_command(&mut self, mut command: Command, code: i32) {
        let name = format!("{:?}", command.get_args().collect::<Vec<_>>());
        let Run { stdout, stderr, .. } = run(&mut command).ends_with(code);
        self.texts.push((format!("stdout of {name}"), stdout));
        self.texts.push((format!("stderr of {name}"), stderr));
    }

    /// Reads a file that the plugin wrote.
    fn keep_file(&mut self, name: &str) {
        let text = std::fs::read_to_string(self.sandbox.folder().join(name)).unwrap();
        self.texts.push((name.to_owned(), text));
    }

    /// Fails if any secret is anywhere. Returns the argument lists.
    #[track_caller]
    fn end(mut self) -> Vec<String> {
        let lines = self.watcher.end();
        let shown =
            lines.iter().map(|line| ("the arguments of a process".to_owned(), line.clone()));
        self.texts.extend(shown);
        let secrets = secrets_of(&self.sandbox);
        assert!(secrets.len() > 6, "the sandbox keeps a ledger");
        assert_eq!(found(&secrets, &self.texts), []);
        lines
    }
}

#[test]
fn the_search_finds_what_is_planted() {
    let mut search = Search::begin();
    search.run(&["instances"], 0);
    let secrets = secrets_of(&search.sandbox);
    let key = search.sandbox.variable("TENCENTCLOUD_SECRET_KEY");
    assert!(secrets.contains(key), "the API key is in the ledger");
    let password = right(&search.sandbox);
    let basic = STANDARD.encode(format!("{UIN}:{password}"));
    for planted in [key, &password, &basic] {
        let text = format!("authorization: Basic {planted}, and so on");
        assert_eq!(found(&secrets, &[("log".to_owned(), text)]), [(planted, "log".to_owned())]);
    }
    assert_eq!(found(&secrets, &[("log".to_owned(), "nothing".to_owned())]), []);

    let mut sleeper = Command::new("sleep").args(["0.3", "0.000815"]).spawn().unwrap();
    sleeper.wait().unwrap();
    assert!(saw(&search.watcher.end(), "sleep 0.3 0.000815"), "arguments are seen");
}

#[test]
fn sync_and_verify_show_none() {
    let mut search = Search::begin();
    search.run(&["sync", "--dry-run", "-o", "json", "-vv"], 1);
    search.run(&["sync", "-vv", "--report", "r.json"], 1);
    let (_, said) = search.texts.last().unwrap();
    assert!(said.lines().count() > 50, "every request is shown:\n{said}");
    search.run(&["sync", "-o", "json", "-vv", "shop/web"], 0);
    search.run(&["verify", "-vv", "--deep", "--report", "v.json"], 1);
    search.run(&["instances", "-vv"], 0);
    search.run(&["instances", "-vv", "-o", "json"], 0);
    search.keep_file("r.json");
    search.keep_file("v.json");
    search.run(&["report", "-vv", "r.json", "v.json", "--html", "page.html"], 0);
    search.keep_file("page.html");
    let log = &search.texts[3].1;
    assert!(log.contains("DEBUG") && log.contains("/service/token"), "-vv says a lot:\n{log}");
    assert!(saw(&search.end(), "docker-ccr2tcr verify -vv --deep"));
}

#[test]
fn the_commands_of_an_instances_settings_show_none() {
    let account = format!(
        "{ACCOUNT}  - {{name: second, region: ap-hongkong}}
vpcs: [{{id: vpc-1, region: ap-shanghai, subnets: [{{id: subnet-1, cidr: 10.1.0.0/24}}]}}]
certificates: [{{id: cert-wild, names: ['*.example.com']}}]
"
    );
    let mut search = Search::of(&account);
    let of_prod = ["--tcr-name", "prod", "-vv"];
    for (line, code) in [
        (&["doctor"][..], 0),
        (&["doctor", "-o", "json"], 0),
        (&["network", "status"], 0),
        (&["network", "apply", "--vpc", "vpc-1", "--yes", "--undo-file", "net.json"], 0),
        (&["domain", "add", "images.example.com", "--yes", "--undo-file", "domain.json"], 0),
        (&["network", "rollback", "domain.json", "--yes"], 0),
        (&["network", "rollback", "net.json", "--yes"], 0),
        (&["replicate", "--to", "second", "--yes", "--undo-file", "rules.json"], 0),
        (&["policy", "sync"], 0),
        (&["policy", "check", "sync"], 0),
        (&["usage"], 0),
        (&["usage", "-o", "json"], 0),
        (&["triggers"], 0),
        (&["instances", "plan", "--write-maps", "maps"], 0),
    ] {
        search.run(&[line, &of_prod].concat(), code);
        let (_, said) = search.texts.last().unwrap();
        assert!(said.contains("DEBUG") || line == ["policy", "sync"], "{line:?}: {said}");
    }
    for file in ["net.json", "domain.json", "rules.json"] {
        search.keep_file(file);
    }
    search.end();
}

#[test]
fn docker_debug_flags_show_none() {
    let mut search = Search::begin();
    search.run(&["-D", "ccr2tcr", "sync", "--dry-run"], 1);
    search.run(&["--log-level", "debug", "ccr2tcr", "sync", "shop/web"], 0);
    let mut traced = search.sandbox.plugin(&["verify", "-vvvv", "shop/web"]);
    traced.env("RUST_LOG", "trace").env("RUST_BACKTRACE", "full");
    search.run_command(traced, 0);
    search.end();
}

#[test]
fn login_shows_none_in_any_form() {
    let mut search = Search::begin();
    search.run(&["login", "-vv"], 0);
    search.run(&["login", "-vv", "--temporary"], 0);
    search.run(&["login", "-vv", "--service-account", "ci", "--push"], 0);
    // The same name again is refused by the API.
    search.run(&["login", "-vv", "--service-account", "ci", "--push"], 2);
    search.run(&["sync", "-vv", "shop/web"], 0);
    search.end();
}

#[test]
fn logins_from_files_and_standard_input_show_none() {
    let mut search = Search::begin();
    let login = format!("{UIN}:{}\n", right(&search.sandbox));
    let login = search.sandbox.file("login", &login);
    search.run(&["sync", "-vv", "--ccr-auth-file", "login", "shop/web:v1"], 0);
    let mut from_input =
        search.sandbox.plugin(&["sync", "-vv", "--ccr-auth-file", "-", "shop/web"]);
    from_input.stdin(File::open(login).unwrap());
    search.run_command(from_input, 0);
    assert!(saw(&search.end(), "--ccr-auth-file"));
}

#[test]
fn a_login_that_is_refused_is_not_shown() {
    let mut search = Search::begin();
    let wrong = wrong(&search.sandbox);
    search.sandbox.file("login", &format!("{UIN}:{wrong}\n"));
    search
        .run(&["sync", "-vv", "--ccr-auth-file", "login", "--report", "r.json", "shop/web:v1"], 0);
    search.keep_file("r.json");
    let auth = STANDARD.encode(format!("{UIN}:{wrong}"));
    let auths = serde_json::json!({"auths": {search.sandbox.ccr(): {"auth": auth}}});
    std::fs::write(docker_config(&search.sandbox), auths.to_string()).unwrap();
    search.run(&["sync", "-vv", "--ccr-auth-file", "login"], 2);
    // A file that is no login must not be quoted.
    search.sandbox.file("login", &format!("{{\"auths\": {wrong}}}"));
    search.run(&["sync", "-vv", "--ccr-auth-file", "login"], 2);
    search.sandbox.file("login", &wrong);
    search.run(&["sync", "-vv", "--tcr-auth-file", "login"], 2);
    let mut bad_key = search.sandbox.plugin(&["instances", "-vv"]);
    bad_key.env("TENCENTCLOUD_SECRET_KEY", &wrong);
    search.run_command(bad_key, 2);
    search.end();
}

#[test]
fn credential_helpers_get_none_as_an_argument() {
    let mut search = Search::begin();
    std::fs::write(docker_config(&search.sandbox), r#"{"credsStore": "test"}"#).unwrap();
    // Slow enough to be seen.
    credential_helpers::install(&search.sandbox, &format!("sleep 0.1\n{KEEPER}"));
    credential_helpers::keep_ccr_login(&search.sandbox, &right(&search.sandbox));
    for (arguments, code) in [
        (&["login", "-vv"][..], 0),
        (&["sync", "-vv", "shop/web"], 0),
        (&["login", "-vv", "--temporary"], 0),
    ] {
        let command = credential_helpers::with_helpers(&search.sandbox, arguments);
        search.run_command(command, code);
    }
    let lines = search.end();
    assert!(saw(&lines, "docker-credential-test get"), "the helper was seen: {lines:?}");
    assert!(saw(&lines, "docker-credential-test store"), "the helper was seen: {lines:?}");
}

/// The plugin's own arguments are the test's.
#[track_caller]
fn only_its_own_arguments_hold_them(sandbox: &Sandbox, said: &Run, lines: &[String]) {
    let secrets = secrets_of(sandbox);
    let said =
        [("stdout".to_owned(), said.stdout.clone()), ("stderr".to_owned(), said.stderr.clone())];
    assert_eq!(found(&secrets, &said), []);
    let own = |line: &&String| line.contains("docker-ccr2tcr");
    let others: Vec<_> = lines
        .iter()
        .filter(|line| !own(line))
        .map(|l| (format!("another: {l}"), l.clone()))
        .collect();
    assert_eq!(found(&secrets, &others), []);
    let own: Vec<_> = lines.iter().filter(own).map(|l| ("own".to_owned(), l.clone())).collect();
    assert_ne!(found(&secrets, &own), [], "the watcher sees arguments");
}

#[test]
fn old_flags_with_secrets_draw_a_warning_that_shows_none() {
    let sandbox = sandbox();
    let (id, key) =
        (sandbox.variable("TENCENTCLOUD_SECRET_ID"), sandbox.variable("TENCENTCLOUD_SECRET_KEY"));
    let watcher = Watcher::start();
    let ccr = format!("{UIN}:{}", right(&sandbox));
    let tcr = format!("{UIN}:{}", wrong(&sandbox));
    let run = run(sandbox.plugin(&["sync", "-vv", "--tcrName", "prod", "--tagNum", "0"]).args([
        "--ccrAuth", &ccr, "--tcrAuth", &tcr, "--secretId", id, "--secretKey", key,
    ]))
    .ends_with(1)
    .says(&[
        "warning: --ccrAuth and --tcrAuth on the command line can be read by everyone on this machine (ps, docker inspect, shell history); instead: `docker login` once for each registry, or --ccr-auth-file and --tcr-auth-file",
        "warning: --secretKey on the command line can be read by everyone",
        "refused the login from --tcrAuth; ",
    ]);
    only_its_own_arguments_hold_them(&sandbox, &run, &watcher.end());
}

#[test]
fn secrets_in_todays_flags_draw_a_warning_with_every_command() {
    let sandbox = sandbox();
    let (id, key) =
        (sandbox.variable("TENCENTCLOUD_SECRET_ID"), sandbox.variable("TENCENTCLOUD_SECRET_KEY"));
    for (command, code) in
        [(&["sync", "--dry-run"][..], 1), (&["verify"], 1), (&["login"], 0), (&["instances"], 0)]
    {
        let watcher = Watcher::start();
        let mut plugin = sandbox.plugin(command);
        let run = run(plugin.args(["-vv", "--secret-id", id, "--secret-key", key]))
            .ends_with(code)
            .says(&["warning: a secret in a flag can be seen by everybody on this machine"]);
        only_its_own_arguments_hold_them(&sandbox, &run, &watcher.end());
    }
}

#[test]
fn a_usage_error_does_not_repeat_a_secret() {
    let sandbox = sandbox();
    let key = sandbox.variable("TENCENTCLOUD_SECRET_KEY");
    let wrong = wrong(&sandbox);
    for arguments in [
        &["sync", "--secret-key", key][..],
        &["sync", "--ccrAuth", &wrong],
        &["sync", "--secret-id", "AKID", "--secret-key", key, "--no-such-flag"],
    ] {
        let run = sandbox.ccr2tcr(arguments);
        assert_ne!(run.code, 0);
        let secrets = secrets_of(&sandbox);
        assert_eq!(found(&secrets, &[("stderr".to_owned(), run.stderr)]), []);
    }
}
