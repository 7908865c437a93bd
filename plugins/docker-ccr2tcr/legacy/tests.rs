//! Old command lines and what they become.

use std::ffi::OsString;
use std::io;
use std::path::Path;

use super::flags::{FLAGS, Meaning};
use super::*;

const SECURITY: &str = "\
ccr.ccs.tencentyun.com:
  username: 100012345678
  password: 'pw:1\"\\'
prod.tencentcloudcr.com/shop:
  username: robot
  password: 0123
  insecure: true
";
const SECRET: &str = "ccr:\n  secretId: AKIDccr\n  secretKey: key-of-ccr\n";
const RULES: &str = "\
demo-ns/nginx:latest : prod.tencentcloudcr.com/demo-ns/nginx:latest
nginx: prod.tencentcloudcr.com/library/nginx
ccr.ccs.tencentyun.com/shop/web:v1,v2: prod.tencentcloudcr.com/shop/web:a,b
localhost:5000/a/b/c:1: localhost:5001/d/e
ccr.ccs.tencentyun.com/shop/api:
";

fn read_file(path: &Path) -> io::Result<String> {
    Ok(match path.to_str().unwrap() {
        "./security.yaml" => SECURITY,
        "./secret.yaml" => SECRET,
        "./rules.yaml" => RULES,
        "twice.yaml" => "a/b: x.y/a/b\na/b: x.y/c/d\n",
        "broken.yaml" => "ccr:\n  secretId: AKIDsecret\n secretKey: hunter2\n",
        "list.yaml" => "ccr.ccs.tencentyun.com:\n  username: u\n  password: [hunter2]\n",
        "half.yaml" => "ccr: {secretId: AKID}\n",
        "digest.yaml" => "a.b/c/d@sha256:00: e.f/g/h\n",
        "retag.yaml" => "a.b/c/d: e.f/g/h:v1\n",
        "pair.yaml" => "a.b/c/d:1,2: e.f/g/h:v1\n",
        "empty.yaml" => "",
        _ => return Err(io::ErrorKind::NotFound.into()),
    }
    .to_owned())
}

fn words(line: &str) -> Vec<OsString> {
    line.split_whitespace().map(OsString::from).collect()
}

fn result(line: &str) -> Result<Option<Legacy>, LegacyError> {
    translate(&words(line), &read_file)
}

fn legacy(line: &str) -> Legacy {
    match result(line) {
        Ok(Some(legacy)) => legacy,
        other => panic!("{line}: {other:?}"),
    }
}

fn args(line: &str) -> String {
    let args = legacy(line).args;
    args.iter().map(|arg| arg.to_str().unwrap()).collect::<Vec<_>>().join(" ")
}

fn error(line: &str) -> String {
    match result(line) {
        Err(error) => format!("{error} / {}", error.hint().unwrap_or_default()),
        Ok(other) => panic!("{line}: {other:?}"),
    }
}

/// The wrapper's demands, without the name.
const MUST: &str = "--secretId AKID --secretKey hunter2 --ccrAuth 100:hunter2 --tcrAuth u:hunter2";
/// What every wrapper line ends in.
const END: &str = "--on-conflict overwrite --legacy-summary";
const GZ: &str = "--ccr-region ap-guangzhou --tcr-region ap-guangzhou";

#[test]
fn what_is_not_old_is_left_alone() {
    for line in [
        "",
        "shop/web",
        "run",
        "image-transfer",
        "run --dry-run",
        "--tcr-name prod --newest 5 shop",
        "--registry x --ns y",
        "-- --tcrName",
        "team/image-transfer:v1",
    ] {
        assert!(result(line).unwrap().is_none(), "{line}");
    }
}

#[test]
fn the_wrapper_is_understood_in_every_spelling() {
    let want = format!("--tcr-name prod {GZ} --newest 50 {END}");
    for program in ["", "/run", "run", "./run"] {
        for line in [
            "--tcrName prod --tagNum 50",
            "--tcrName=prod --tagNum=50",
            "--tagNum 3 --tcrName=prod --tagNum 50",
        ] {
            assert_eq!(args(&format!("{program} {line} {MUST}")), want, "{program} {line}");
        }
    }
    let docker = "docker run --network=host --rm \
                  ccr.ccs.tencentyun.com/tcrimages/image-transfer:ccr2tcr /run";
    assert_eq!(args(&format!("{docker} --tcrName=prod --tagNum=50 {MUST}")), want);
    assert_eq!(args(&format!("sudo {docker} --tcrName=prod --tagNum=50 {MUST}")), want);
}

#[test]
fn the_engine_is_understood_in_every_spelling() {
    let files = "--securityFile=./security.yaml --secretFile=./secret.yaml";
    let want = format!(
        "--tcr-name image-transfer {GZ} --newest 100 --on-conflict overwrite --jobs 5 \
         --legacy-summary"
    );
    for program in ["", "image-transfer", "/image-transfer", "./image-transfer"] {
        for switch in ["--ccrToTcr=true", "--ccrToTcr", "--ccrToTcr=1", "--ccrToTcr true"] {
            // README, example 2.
            let line = format!(
                "{program} {switch} {files} --tcrName=image-transfer --tcrRegion=ap-guangzhou \
                 --ccrRegion=ap-guangzhou --routines=5 --retry=3"
            );
            assert_eq!(args(&line), want, "{line}");
        }
    }
}

#[test]
fn each_old_wish_has_its_flag_of_today() {
    for (old, today) in [
        ("--tagNum 0", format!("--tcr-name p {GZ} --newest all {END}")),
        ("--ccrTagNums=0", format!("--tcr-name p {GZ} --newest all {END}")),
        ("", format!("--tcr-name p {GZ} --newest 100 {END}")),
        (
            "--regionName ap-hongkong",
            format!(
                "--tcr-name p --ccr-region ap-hongkong --tcr-region ap-hongkong --newest 100 {END}"
            ),
        ),
        (
            "--regionName ap-hongkong --tcrRegionName ap-tokyo",
            format!(
                "--tcr-name p --ccr-region ap-hongkong --tcr-region ap-tokyo --newest 100 {END}"
            ),
        ),
        (
            "--tag-exist-overridden=false --routines 80 --log-level debug",
            format!(
                "--tcr-name p {GZ} --newest 100 --on-conflict skip --jobs 50 --legacy-summary -v"
            ),
        ),
        ("--tag_exist_overridden=t", format!("--tcr-name p {GZ} --newest 100 {END}")),
        (
            "--dry-run -o json shop/*",
            format!("--tcr-name p {GZ} --newest 100 {END} --dry-run -o json shop/*"),
        ),
        (
            "--tcr-region ap-tokyo",
            format!(
                "--tcr-name p --ccr-region ap-guangzhou --newest 100 {END} --tcr-region ap-tokyo"
            ),
        ),
    ] {
        assert_eq!(args(&format!("--tcrName p {MUST} {old}")), today, "{old}");
    }
}

#[test]
fn a_password_keeps_its_colons_and_loses_the_escapes_of_the_old_template() {
    for (written, password) in [
        ("u:pa:ss=word", "pa:ss=word"),
        (r#"u:a\\b\"c"#, r#"a\b"c"#),
        (r"u:a\?b", r"a\?b"),
        ("u:", ""),
    ] {
        let line =
            format!("--tcrName p --secretId i --secretKey k --tcrAuth u:p --ccrAuth {written}");
        let login = legacy(&line).ccr_login.unwrap();
        assert_eq!((login.username.as_str(), login.password.expose()), ("u", password));
        let told = legacy(&line).notes.iter().any(|note| note.contains("escapes in the password"));
        assert_eq!(told, written.contains('\\'), "{written}");
    }
}

#[test]
fn keys_fall_back_to_the_common_ones_and_to_the_other_side() {
    let both = legacy(&format!("--tcrName p {MUST} --tcrSecretId T --tcrSecretKey tk"));
    let (ccr, tcr) = (both.ccr_key.unwrap(), both.tcr_key.unwrap());
    assert_eq!((ccr.id.as_str(), ccr.secret.expose()), ("AKID", "hunter2"));
    assert_eq!((tcr.id.as_str(), tcr.secret.expose()), ("T", "tk"));

    let file =
        legacy("--ccrToTcr --tcrName p --securityFile ./security.yaml --secretFile ./secret.yaml");
    let (ccr, tcr) = (file.ccr_key.unwrap(), file.tcr_key.unwrap());
    assert_eq!((ccr.id.as_str(), tcr.id.as_str()), ("AKIDccr", "AKIDccr"));
    assert_eq!(tcr.secret.expose(), "key-of-ccr");
}

#[test]
fn logins_of_the_security_file_are_found_by_namespace_first() {
    let logins = legacy("--securityFile ./security.yaml --ruleFile ./rules.yaml --registry x.y")
        .registry_logins;
    let find = |host: &str, namespace: Option<&str>| {
        logins
            .iter()
            .find(|login| login.registry == host && login.namespace.as_deref() == namespace)
    };
    let ccr = find("ccr.ccs.tencentyun.com", None).unwrap();
    assert_eq!((ccr.username.as_str(), ccr.password.expose()), ("100012345678", "pw:1\"\\"));
    assert!(!ccr.insecure);
    let shop = find("prod.tencentcloudcr.com", Some("shop")).unwrap();
    assert_eq!((shop.password.expose(), shop.insecure), ("0123", true));
    assert!(find("prod.tencentcloudcr.com", None).is_none());
}

#[test]
fn rules_say_what_goes_where() {
    // README, example 1.
    let legacy = legacy(
        "./image-transfer --securityFile=./security.yaml --ruleFile=./rules.yaml --ns=default \
         --registry=ccr.ccs.tencentyun.com --routines=5 --retry=3",
    );
    assert_eq!(legacy.args, words("--on-conflict overwrite --jobs 5 --legacy-summary"));
    let rules: Vec<String> = legacy
        .rules
        .unwrap()
        .iter()
        .map(|rule| {
            let tags = |tags: &[ccr2tcr::image::Tag]| {
                tags.iter().map(ccr2tcr::image::Tag::as_str).collect::<Vec<_>>().join(",")
            };
            let source_tags = match &rule.tags {
                TagSelector::All => "*".to_owned(),
                TagSelector::Some(some) => tags(some),
            };
            let target_tags = rule.target_tags.as_deref().map_or("=".to_owned(), tags);
            format!(
                "{} {} {source_tags} -> {} {} {target_tags}",
                rule.source_host, rule.source_repository, rule.target_host, rule.target_repository
            )
        })
        .collect();
    assert_eq!(
        rules,
        [
            "registry.hub.docker.com demo-ns/nginx latest -> prod.tencentcloudcr.com demo-ns/nginx latest",
            "registry.hub.docker.com library/nginx * -> prod.tencentcloudcr.com library/nginx =",
            "ccr.ccs.tencentyun.com shop/web v1,v2 -> prod.tencentcloudcr.com shop/web a,b",
            "localhost:5000 a/b/c 1 -> localhost:5001 d/e =",
            "ccr.ccs.tencentyun.com shop/api * -> ccr.ccs.tencentyun.com shop/api =",
        ]
    );
}

#[test]
fn each_flag_without_effect_is_named() {
    let dead = FLAGS.iter().filter(|flag| {
        matches!(
            flag.meaning,
            Meaning::Dead | Meaning::Retry | Meaning::LogOutput | Meaning::LogColor
        )
    });
    let mut seen = 0;
    for flag in dead {
        let notes = legacy(&format!("--tcrName p --tagNum 5 {MUST} --{}=1", flag.name)).notes;
        let note = format!("--{} ", flag.name);
        assert!(notes.iter().any(|n| n.starts_with(&note) && n.contains("ignored")), "{notes:?}");
        seen += 1;
    }
    assert_eq!(seen, 8);
    let qps = legacy(&format!("--tcrName p {MUST} --qps 100")).notes;
    let want = "--qps had no effect in image-transfer since v1.1.0; it is ignored";
    assert!(qps.iter().any(|note| note == want), "{qps:?}");
}

#[test]
fn what_is_different_here_is_said() {
    let line = format!("--tcrName p {MUST} --regionName ap-tokyo --routines 80 --log-level warn");
    let notes = legacy(&line).notes.join("\n");
    for part in [
        "--ccrAuth and --tcrAuth on the command line",
        "`docker login`",
        "--secretKey on the command line",
        "--regionName had no effect in image-transfer",
        "here it sets both regions",
        "--routines is cut to 50",
        "--log-level: only `debug`",
        "--tagNum 100 is the old default: tags beyond the newest 100 of a repository stay behind; \
         --tagNum 0 copies all",
    ] {
        assert!(notes.contains(part), "{part}\n{notes}");
    }
    let quiet = legacy(
        "--ccrToTcr --tcrName p --ccrTagNums 5 --securityFile ./security.yaml \
         --secretFile ./secret.yaml --log-level info",
    );
    assert!(quiet.notes.is_empty(), "{:?}", quiet.notes);
}

#[test]
fn what_the_old_tool_required_is_required_in_its_words() {
    for (line, words) in [
        ("/run", "Require ccrSecretId or secretId, ccrSecretKey or secretKey / "),
        ("--tcrName p --ccrSecretId a --ccrSecretKey b", "Require ccrSecretId or secretId"),
        ("--tcrName p --secretId a", "Require ccrSecretId or secretId"),
        ("--secretId a --secretKey b --ccrAuth a:b --tcrAuth a:b", "Require tcrName / "),
        ("--secretId a --secretKey b --tcrName= --tcrAuth a:b", "Require tcrName / "),
        ("--secretId a --secretKey b --tcrName p --tcrAuth a:b", "Require ccrAuth / "),
        ("--secretId a --secretKey b --tcrName p --ccrAuth a:b", "Require tcrAuth / "),
        ("--secretId a --secretKey b --tcrName p --ccrAuth ab --tcrAuth a:b", "Invalid ccrAuth"),
        ("./image-transfer", "Require securityFile / "),
        ("--securityFile ./security.yaml", "Require ruleFile / "),
        ("--securityFile ./security.yaml --ccrToTcr", "Require secretFile / "),
        ("--securityFile s --ccrToTcr --secretFile f", "Require tcrName / "),
    ] {
        assert!(error(line).starts_with(words), "{line}: {}", error(line));
    }
}

#[test]
fn mistakes_are_usage_errors_that_help() {
    for (line, words) in [
        ("--tcrNam p", "unknown flag: --tcrNam / did you mean --tcrName?"),
        ("--tcrname p --ccrAuht=100:hunter2", "unknown flag: --ccrAuht / did you mean --ccrAuth?"),
        ("--ccrAuth100:hunter2", "unknown flag: --ccrAuth100 / "),
        ("--tcrName", "flag needs an argument: --tcrName / "),
        ("--ccrAuth --tcrAuth a:b", "flag needs an argument: --ccrAuth / "),
        ("--tcrName p --tagNum many", "--tagNum takes a number from 0, not `many` / "),
        ("--tcrName p --tagNum -1", "--tagNum takes a number from 0, not `-1` / "),
        ("--tcrName p --routines 0", "--routines 0 copied nothing in image-transfer / "),
        ("--ccrToTcr=yes", "--ccrToTcr takes true or false, not `yes` / "),
        ("--ccrToTcr false", "--ccrToTcr false meant true in image-transfer / write"),
        ("--tcrName p --tcr-name q", "--tcrName and --tcr-name say the same: give one of them"),
        ("--tcrName p --newest=5 --tagNum 5", "--tagNum and --newest say the same"),
        ("--tagNum 5 --ccrTagNums 6", "--tagNum and --ccrTagNums are for the same, and differ"),
    ] {
        let line =
            if line.starts_with("--tcrName p --") { format!("{line} {MUST}") } else { line.into() };
        assert!(error(&line).starts_with(words), "{line}: {}", error(&line));
        assert!(!error(&line).contains("hunter2"));
        assert_eq!(result(&line).unwrap_err().exit_code(), crate::exit::ExitCode::Usage);
    }
}

#[test]
fn a_bad_file_is_named_with_its_place_and_never_quoted() {
    let rules = "--securityFile ./security.yaml --ruleFile";
    let secret = "--securityFile ./security.yaml --ccrToTcr --tcrName p --secretFile";
    for (line, words) in [
        (format!("{secret} broken.yaml"), "broken.yaml:3:2: can't be read: expected `ccr:"),
        (format!("{secret} half.yaml"), "half.yaml: `ccr` has no secretKey"),
        (format!("{secret} none.yaml"), "none.yaml: "),
        ("--securityFile list.yaml --ruleFile x".into(), "list.yaml:3:13: can't be read"),
        (format!("{rules} twice.yaml"), "twice.yaml: `a/b` is there twice"),
        (
            format!("{rules} ./rules.yaml"),
            "./rules.yaml: `ccr.ccs.tencentyun.com/shop/api`: names no target",
        ),
        (format!("{rules} digest.yaml"), "digest.yaml: `a.b/c/d@sha256:00`: a digest"),
        (format!("{rules} retag.yaml"), "retag.yaml: `a.b/c/d`: means all tags"),
        (format!("{rules} pair.yaml"), "pair.yaml: `a.b/c/d:1,2`: names 2 tags, and its target 1"),
        (format!("{rules} empty.yaml"), "empty.yaml"),
    ] {
        let error = error(&line);
        assert!(error.starts_with(words), "{line}: {error}");
        assert!(!error.contains("hunter2") && !error.contains("AKID"), "{error}");
        assert_eq!(result(&line).unwrap_err().exit_code(), crate::exit::ExitCode::CouldNotStart);
    }
}

#[test]
fn no_secret_shows_in_debug_output_arguments_or_notes() {
    let flags = legacy(&format!("--tcrName p {MUST} --tcrSecretKey hunter2 --log-level debug"));
    let files =
        legacy("--ccrToTcr --tcrName p --securityFile ./security.yaml --secretFile ./secret.yaml");
    for legacy in [flags, files] {
        let shown = format!("{legacy:?}{:?}{:?}", legacy.args, legacy.notes);
        for secret in ["hunter2", "pw:1", "0123", "key-of-ccr"] {
            assert!(!shown.replace("100012345678", "").contains(secret), "{secret}: {shown}");
        }
    }
}

#[test]
fn only_sync_is_translated() {
    let old = words("verify --tcrName p");
    assert_eq!(translate_command(&old).unwrap().0, old);
    let (args, legacy) = translate_command(&words(&format!("sync --tcrName p {MUST}"))).unwrap();
    assert_eq!(args[..3], words("sync --tcr-name p"));
    assert!(legacy.is_some());
}
