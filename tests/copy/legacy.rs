//! The command lines of Tencent's guide, pasted behind `docker ccr2tcr sync` as they are.

use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::support::{Run, Sandbox, plugin, run};

const THREE_ZEROS: &str = "################# Finished, 0 transfer jobs failed, 0 normal urlPair generate failed, 0 jobs generate failed #################";

const ACCOUNT: &str = "
version: 1
key: {id: AKIDruntheoldline, secret: theoldsecret}
docker_login: [ccr, tcr]
personal:
  - password: 'pass:word'
    namespaces:
      - name: shop
        repositories:
          - {name: web, generate: {tags: 12, layers: [{name: base, size: 9kB}, 1kB]}}
          - {name: api, images: [{tags: [v1], kind: index, layers: [1kB]}]}
enterprise:
  - {name: prod, region: ap-shanghai}
  - {name: another, region: ap-shanghai}
";

/// A sandbox whose logins and keys are nowhere but in the old command line.
struct OldWorld {
    sandbox: Sandbox,
    ccr_auth: String,
    tcr_auth: String,
}

impl OldWorld {
    fn start(account: &str) -> Self {
        let sandbox = Sandbox::with_account(account);
        let login = |host: &str| {
            let text = STANDARD.decode(sandbox.login(host).unwrap()).unwrap();
            String::from_utf8(text).unwrap()
        };
        let (ccr_auth, tcr_auth) = (login(sandbox.ccr()), login(sandbox.tcr()));
        Self { sandbox, ccr_auth, tcr_auth }
    }

    fn command(&self) -> Command {
        let mut command = self.sandbox.command(plugin());
        for name in ["DOCKER_CONFIG", "TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY"] {
            command.env_remove(name);
        }
        command.arg("sync");
        command
    }

    /// Runs the words of a line, in which `CCR_AUTH` and `TCR_AUTH` stand for the logins.
    fn paste(&self, line: &str) -> Run {
        let words = line.split_whitespace().map(|word| {
            word.replace("CCR_AUTH", &self.ccr_auth).replace("TCR_AUTH", &self.tcr_auth)
        });
        run(self.command().args(words))
    }

    /// No login, key or token of the sandbox stands in what was said.
    #[track_caller]
    fn keeps_secrets(&self, run: Run) -> Run {
        let secrets = self.sandbox.control("/secrets");
        let secrets = secrets.as_array().unwrap().iter().map(|secret| secret.as_str().unwrap());
        run.never_says(&secrets.collect::<Vec<_>>())
    }

    /// `--securityFile`
    fn security_file(&self) {
        let entry = |host: &str, auth: &str| {
            let (user, password) = auth.split_once(':').unwrap();
            format!("'{host}':\n  username: '{user}'\n  password: '{password}'\n")
        };
        let ccr = entry(self.sandbox.ccr(), &self.ccr_auth);
        let tcr = entry(self.sandbox.tcr(), &self.tcr_auth);
        self.sandbox.file("security.yaml", &format!("{ccr}{tcr}"));
    }

    fn secret_file(&self) {
        let text = "ccr:\n  secretId: AKIDruntheoldline\n  secretKey: theoldsecret\n";
        self.sandbox.file("secret.yaml", text);
    }
}

#[track_caller]
fn last_line(run: &Run) -> &str {
    run.stdout.lines().last().unwrap()
}

const WRAPPER: &str = "--secretId AKIDruntheoldline --secretKey theoldsecret --tcrName prod \
    --ccrAuth CCR_AUTH --tcrAuth TCR_AUTH";

#[test]
fn the_line_of_the_guide_moves_the_account_and_ends_with_three_zeros() {
    let world = OldWorld::start(ACCOUNT);
    let line = format!(
        "docker run --network=host --rm ccr.ccs.tencentyun.com/tcrimages/image-transfer:ccr2tcr \
         /run {WRAPPER} --tagNum 50"
    );
    let run = world.keeps_secrets(world.paste(&line).ends_with(0));
    assert_eq!(last_line(&run), THREE_ZEROS);
    run.says(&[
        "13 copied",
        "--ccrAuth and --tcrAuth on the command line can be read by everyone on this machine",
        "--secretKey on the command line can be read by everyone",
    ]);
    assert_eq!(world.sandbox.images("ccr"), world.sandbox.images("tcr"));
    world.sandbox.assert_target_is_whole();
    let again = world.paste(&format!("/run {WRAPPER}")).ends_with(0);
    assert_eq!(last_line(&again), THREE_ZEROS);
    again.says(&["13 equal", "--tagNum 100 is the old default"]);
}

#[test]
fn the_old_number_of_tags_means_the_newest() {
    let world = OldWorld::start(ACCOUNT);
    let spelt = WRAPPER.replace(" AKID", "=AKID").replace("--tcrName prod", "--tcrName=prod");
    let run = world.paste(&format!("{spelt} --tagNum=3 --routines=60")).ends_with(0);
    run.says(&["4 copied", "--routines is cut to 50", THREE_ZEROS]);
    let names: Vec<_> = world.sandbox.images("tcr").into_iter().map(|(name, _)| name).collect();
    let newest = ["build-010", "build-011", "build-012"].map(|tag| format!("shop/web:{tag}"));
    assert_eq!(names, [&["shop/api:v1".to_owned()], newest.as_slice()].concat());
    world.paste(&format!("/run {WRAPPER} --tagNum 0")).ends_with(0).says(&["9 copied, 4 equal"]);
}

#[test]
fn a_broken_image_is_counted_and_the_run_does_not_end_with_0() {
    let broken = ACCOUNT.replace(
        "images: [{tags: [v1], kind: index, layers: [1kB]}]",
        "images: [{tags: [v1], layers: [1kB, 2kB], fault: blob-missing}]",
    );
    let world = OldWorld::start(&broken);
    let run = world.paste(&format!("/run {WRAPPER}")).ends_with(1);
    let line = THREE_ZEROS.replace("0 transfer", "1 transfer");
    assert_eq!(last_line(&run), line);
    run.says(&["12 copied, 1 failed", "/shop/api:v1", "hint: "]);

    // What could not be listed is the second number.
    let fault = json!({
        "action": "DescribeImagePersonal", "repository": "shop/api",
        "code": "InternalError.DbError",
    });
    world.sandbox.tell("/faults", &fault);
    let run = world.paste(&format!("/run {WRAPPER}")).ends_with(1);
    assert_eq!(last_line(&run), THREE_ZEROS.replace("0 normal", "1 normal"));
}

#[test]
fn the_engine_takes_its_files_and_dead_flags_are_named() {
    let world = OldWorld::start(ACCOUNT);
    world.security_file();
    world.secret_file();
    let run = world
        .paste(
            "./image-transfer --ccrToTcr=true --tcrName=prod --securityFile=./security.yaml \
             --secretFile=./secret.yaml --ccrTagNums=0 --routines 5 --retry=3 --qps 100 \
             --log-format plain --ns nothing",
        )
        .ends_with(0);
    let run = world.keeps_secrets(run);
    assert_eq!(last_line(&run), THREE_ZEROS);
    run.says(&[
        "13 copied",
        "--qps had no effect in image-transfer since v1.1.0; it is ignored",
        "--log-format had no effect in image-transfer; it is ignored",
        "--ns had no effect in image-transfer; it is ignored",
        "--retry is ignored: each request is retried automatically",
    ]);
    assert_eq!(world.sandbox.images("ccr"), world.sandbox.images("tcr"));
}

#[test]
fn a_rule_file_says_what_goes_where() {
    let world = OldWorld::start(ACCOUNT);
    world.security_file();
    let create = ["instances", "-o", "json"];
    world.sandbox.ccr2tcr(&create).ends_with(0).says(&["prod"]);
    let push = json!({"registry": "tcr", "repository": "moved/there", "tags": ["x"]});
    world.sandbox.tell("/push", &push);
    let (ccr, tcr) = (world.sandbox.ccr(), world.sandbox.tcr());
    let rules = format!(
        "{ccr}/shop/web:build-001,build-002: {tcr}/moved/web:one,two\n\
         {ccr}/shop/api: {tcr}/moved/sub/api\n"
    );
    world.sandbox.file("rule.yaml", &rules);
    let line = "image-transfer --securityFile=security.yaml --ruleFile=rule.yaml --tcrName=x";
    let run = world.keeps_secrets(world.paste(line).ends_with(0));
    assert_eq!(last_line(&run), THREE_ZEROS);
    run.says(&["3 copied", "--tcrName is for --ccrToTcr; it is ignored"]);
    let digest = |side: &str, name: &str| world.sandbox.digest(side, name).unwrap();
    for (source, target) in [
        ("shop/web:build-001", "moved/web:one"),
        ("shop/web:build-002", "moved/web:two"),
        ("shop/api:v1", "moved/sub/api:v1"),
    ] {
        assert_eq!(digest("ccr", source), digest("tcr", target));
    }
    // A tag that is there already is overwritten, as the old tool did, or left alone on request.
    let other = json!({"registry": "tcr", "repository": "moved/web", "tag": "one", "layers": [9]});
    world.sandbox.tell("/push", &other);
    let skip = format!("{line} --tag-exist-overridden=false");
    world.paste(&skip).ends_with(0).says(&["2 equal, 1 kept", THREE_ZEROS]);
    world.paste(line).ends_with(0).says(&["1 copied, 2 equal"]);
    assert_eq!(digest("ccr", "shop/web:build-001"), digest("tcr", "moved/web:one"));
}

#[test]
fn a_rule_whose_repository_does_not_exist_has_failed_and_the_others_go() {
    let world = OldWorld::start(ACCOUNT);
    world.security_file();
    let push = json!({"registry": "tcr", "repository": "moved/there", "tags": ["x"]});
    world.sandbox.tell("/push", &push);
    let (ccr, tcr) = (world.sandbox.ccr(), world.sandbox.tcr());
    let rules = format!(
        "{ccr}/shop/gone: {tcr}/moved/gone\n\
         {ccr}/nowhere/web: {tcr}/moved/web\n\
         {ccr}/shop/api: {tcr}/moved/api\n"
    );
    world.sandbox.file("rule.yaml", &rules);
    let line = "image-transfer --securityFile=security.yaml --ruleFile=rule.yaml";
    let run = world.keeps_secrets(world.paste(&format!("{line} --dry-run")).ends_with(1));
    run.says(&["/shop/gone"]);
    let run = world.keeps_secrets(world.paste(&format!("{line} --report r.json")).ends_with(1));
    assert_eq!(last_line(&run), THREE_ZEROS.replace("0 transfer", "2 transfer"));
    run.says(&["3 images: 1 copied, 2 failed", "/shop/gone", "/nowhere/web"]);
    let items = world.sandbox.report("r.json")["items"].clone();
    assert_eq!(items.as_array().unwrap().len(), 3, "{items}");
    assert_eq!(items[0]["outcome"], "failed");
    let retry = world.sandbox.ccr2tcr(&["sync", "--retry-from", "r.json"]).ends_with(1);
    retry.says(&["2 images: 2 failed", "/shop/gone"]);
}

#[test]
fn a_line_that_lacks_something_is_refused_in_the_old_words() {
    let world = OldWorld::start(ACCOUNT);
    let without = |flag: &str, value: &str| WRAPPER.replace(&format!("{flag} {value}"), "");
    for (line, words) in [
        (without("--tcrName", "prod"), "Require tcrName"),
        (without("--ccrAuth", "CCR_AUTH"), "Require ccrAuth"),
        (without("--secretKey", "theoldsecret"), "Require ccrSecretId or secretId"),
        (format!("{WRAPPER} --tagnum 5 --tagNumm 5"), "unknown flag: --tagNumm"),
    ] {
        let run = world.paste(&format!("/run {line}")).ends_with(125);
        world.keeps_secrets(run).says(&["error: ", words, "hint: ", "sync --help"]);
    }
    let wrong = WRAPPER.replace("CCR_AUTH", "100000000001:wrong");
    let run = world.paste(&format!("/run {wrong}")).ends_with(2);
    world.keeps_secrets(run).says(&["refuses the login from --ccrAuth", "hint: "]);
    assert_eq!(world.sandbox.images("tcr"), []);
}
