//! Docker's configuration as Docker's own reader reads it, and the logins that crane finds: each
//! shape is given to both.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use ccr2tcr::environment::Environment;
use ccr2tcr::image::{Host, RepositoryName};
use ccr2tcr::registry::{DockerStore, LoginKind};

use crate::support::{Readers, write};

/// User name and secret; an identity token and a registry token have no user.
type Found = Result<Option<String>, String>;

/// What we read where Docker says something else.
#[derive(Debug, Clone, Copy)]
enum Ours {
    /// The same as Docker.
    Same,
    /// Docker finds nothing or gives up: this login.
    Login(&'static str),
    /// Docker makes something of it: nothing.
    None,
    /// Docker gives up, and so do we.
    Error,
}

use Ours::{Error, Login, Same};

const HOST: &str = "r.lan:5000";

/// A shape, the file, and what we read if that isn't what Docker reads.
fn shapes() -> Vec<(&'static str, Vec<u8>, Ours)> {
    let auths = |entry: &str| format!(r#"{{"auths":{{"r.lan:5000":{entry}}}}}"#);
    let key = |key: &str| format!(r#"{{"auths":{{"{key}":{{"auth":"dTpw"}}}}}}"#);
    let auth = |auth: &str| auths(&format!(r#"{{"auth":"{auth}"}}"#));
    let text: Vec<(&str, String, Ours)> = vec![
        ("empty", String::new(), Same),
        ("blank", " \n\t\n".into(), Same),
        ("null", "null".into(), Same),
        ("an empty object", "{}".into(), Same),
        ("no entries", r#"{"auths":{}}"#.into(), Same),
        ("auths: null", r#"{"auths":null}"#.into(), Same),
        ("as docker login writes it", auth("dTpw"), Same),
        ("a null entry", auths("null"), Same),
        ("a null entry beside", r#"{"auths":{"other.lan":null,"r.lan:5000":{"auth":"dTpw"}}}"#.into(), Same),
        ("an empty entry", auths("{}"), Same),
        ("an empty auth", auths(r#"{"auth":"","username":"u","password":"p"}"#), Same),
        ("auth: null", auths(r#"{"auth":null,"username":"u","password":"p"}"#), Same),
        ("fields alone", auths(r#"{"username":"u","password":"p","email":"e@x"}"#), Same),
        ("auth goes before the fields", auths(r#"{"username":"x","password":"y","auth":"dTpw"}"#), Same),
        ("a user without a password", auths(r#"{"username":"u"}"#), Ours::None),
        ("an identity token", auths(r#"{"auth":"dTo=","identitytoken":"tok"}"#), Same),
        ("an identity token alone", auths(r#"{"identitytoken":"tok"}"#), Same),
        ("an empty identity token", auths(r#"{"auth":"dTpw","identitytoken":""}"#), Same),
        ("a registry token", auths(r#"{"registrytoken":"tok"}"#), Same),
        ("a registry token beside an empty auth", auths(r#"{"auth":"","registrytoken":"tok"}"#), Same),
        ("unknown fields", r#"{"psFormat":"x","proxies":{"default":{"noProxy":"a"}},"experimental":"enabled","new":[1,{}],"auths":{"r.lan:5000":{"auth":"dTpw","new":{"a":[]}}}}"#.into(), Same),
        ("a colon in the password", auth("dTpwOnE="), Same),
        ("a line break in base64", auth(r"dTpw\n"), Same),
        ("line breaks within base64", auth(r"dT\r\npw"), Same),
        ("NUL after the password", auth("dTpwAAA="), Same),
        ("NUL before the password", auth(&STANDARD.encode("u:\0p\0")), Same),
        ("bits left over", auth("dTpwcR=="), Same),
        ("no padding", auth("dTpwcQ"), Login("u:pq")),
        ("blanks around base64", auth(" dTpw "), Login("u:p")),
        ("the alphabet of addresses", auth("dTr_-w=="), Error),
        ("no colon", auth("bm9jb2xvbg=="), Error),
        ("not base64", auth("***"), Error),
        ("not base64, of another host", r#"{"auths":{"other.lan":{"auth":"***"},"r.lan:5000":{"auth":"dTpw"}}}"#.into(), Login("u:p")),
        ("an entry that is a text, of another host", r#"{"auths":{"other.lan":"x","r.lan:5000":{"auth":"dTpw"}}}"#.into(), Login("u:p")),
        ("a number for a field, of another host", r#"{"auths":{"other.lan":{"auth":7},"r.lan:5000":{"auth":"dTpw"}}}"#.into(), Login("u:p")),
        ("an entry that is a text", auths(r#""x""#), Error),
        ("an entry that is a list", auths("[]"), Error),
        ("a number for auth", auths(r#"{"auth":7}"#), Error),
        ("a number for the password", auths(r#"{"username":"u","password":7}"#), Error),
        ("a number for a field that nobody needs here", format!(r#"{{"psFormat":7,{}"#, &auth("dTpw")[1..]), Login("u:p")),
        ("auths is a list", r#"{"auths":[]}"#.into(), Error),
        ("a list", "[]".into(), Error),
        ("a text", r#""x""#.into(), Error),
        ("cut short", r#"{"auths":{"r.lan:5000":{"auth":"dTpw"}"#.into(), Error),
        ("a comma too many", auths(r#"{"auth":"dTpw",}"#), Error),
        ("more behind the object", format!("{}\n}}", auth("dTpw")), Same),
        ("a second object", format!("{}\n{}", auth("dTpw"), auth("eDp5")), Same),
        ("a byte order mark", format!("\u{feff}{}", auth("dTpw")), Login("u:p")),
        ("a host twice", r#"{"auths":{"r.lan:5000":{"auth":"eDp5"},"r.lan:5000":{"auth":"dTpw"}}}"#.into(), Same),
        ("a host twice, the second without a login", r#"{"auths":{"r.lan:5000":{"auth":"dTpw"},"r.lan:5000":{}}}"#.into(), Same),
        ("auths twice", r#"{"auths":{"r.lan:5000":{"auth":"dTpw"}},"auths":{"other.lan":{"auth":"eDp5"}}}"#.into(), Same),
        ("auths twice, then null", r#"{"auths":{"r.lan:5000":{"auth":"dTpw"}},"auths":null}"#.into(), Same),
        ("a field twice", auths(r#"{"auth":"eDp5","auth":"dTpw"}"#), Same),
        ("a field twice, then null", auths(r#"{"auth":"dTpw","auth":null}"#), Same),
        ("names in other letters", r#"{"Auths":{"r.lan:5000":{"AUTH":"dTpw"}}}"#.into(), Same),
        ("names in other letters, fields", r#"{"AUTHS":{"r.lan:5000":{"Username":"u","passWord":"p"}}}"#.into(), Same),
        ("escapes", r#"{"auth\u0073":{"r.lan\u003a5000":{"\u0061uth":"dTp\u0077"}}}"#.into(), Same),
        ("https", key("https://r.lan:5000"), Same),
        ("https, a slash", key("https://r.lan:5000/"), Same),
        ("https and /v1/", key("https://r.lan:5000/v1/"), Same),
        ("https and /v2/", key("https://r.lan:5000/v2/"), Same),
        ("https and /v2", key("https://r.lan:5000/v2"), Same),
        ("http", key("http://r.lan:5000"), Same),
        ("http and /v1/", key("http://r.lan:5000/v1/"), Same),
        ("a scheme in capitals", key("HTTPS://r.lan:5000/v1/"), Same),
        ("another scheme", key("docker://r.lan:5000"), Same),
        ("a query", key("https://r.lan:5000?x=/y"), Same),
        ("a user in the address", key("https://u@r.lan:5000/v2/"), Same),
        ("a slash", key("r.lan:5000/"), Same),
        ("a path", key("r.lan:5000/v2/"), Same),
        ("capitals", key("R.lan:5000"), Login("u:p")),
        ("another port", key("r.lan:5001"), Same),
        ("no port", key("r.lan"), Same),
        ("a name that ends like it", key("xr.lan:5000"), Same),
        ("both spellings", r#"{"auths":{"https://r.lan:5000/v1/":{"auth":"eDp5"},"r.lan:5000":{"auth":"dTpw"}}}"#.into(), Same),
        ("both spellings, and the exact one is empty", r#"{"auths":{"https://r.lan:5000/v1/":{"auth":"eDp5"},"r.lan:5000":{}}}"#.into(), Same),
        ("an empty helper for the host", r#"{"credsStore":"missing","credHelpers":{"r.lan:5000":""},"auths":{"r.lan:5000":{"auth":"dTpw"}}}"#.into(), Same),
        ("a helper: null", r#"{"credsStore":"missing","credHelpers":{"r.lan:5000":null},"auths":{"r.lan:5000":{"auth":"dTpw"}}}"#.into(), Same),
        ("an empty store", r#"{"credsStore":"","auths":{"r.lan:5000":{"auth":"dTpw"}}}"#.into(), Same),
        ("a store: null", r#"{"credsStore":null,"auths":{"r.lan:5000":{"auth":"dTpw"}}}"#.into(), Same),
        ("a helper for another host", r#"{"credHelpers":{"other.lan":"missing"},"auths":{"r.lan:5000":{"auth":"dTpw"}}}"#.into(), Same),
        ("a number for the store", r#"{"credsStore":7,"auths":{"r.lan:5000":{"auth":"dTpw"}}}"#.into(), Error),
    ];
    let mut shapes: Vec<_> =
        text.into_iter().map(|(name, text, ours)| (name, text.into_bytes(), ours)).collect();
    let mut latin = auth("dTpw").into_bytes();
    latin.splice(1..1, *b"\"psFormat\":\"caf\xe9\",");
    shapes.push(("a byte that is no UTF-8", latin, Same));
    shapes
}

fn theirs(answer: &Value) -> Found {
    if let Some(error) = answer["error"].as_str() {
        return Err(error.to_owned());
    }
    let login = |field: &str| answer["login"][field].as_str().unwrap_or_default();
    Ok(match (login("identitytoken"), login("registrytoken")) {
        ("", "") if login("username").is_empty() && login("password").is_empty() => None,
        ("", "") => Some(format!("{}:{}", login("username"), login("password"))),
        ("", token) => Some(format!("registry token {token}")),
        (token, _) => Some(format!("identity token {token}")),
    })
}

async fn ours(store: &DockerStore, host: &str, repository: Option<&str>) -> Found {
    let host: Host = host.parse().unwrap();
    let repository: Option<RepositoryName> = repository.map(|name| name.parse().unwrap());
    let logins = store.get(&host).await.map_err(|error| error.to_string())?;
    Ok(logins.for_repository(repository.as_ref()).map(|login| {
        let secret = login.password.expose();
        match login.kind {
            LoginKind::Password => format!("{}:{secret}", login.username),
            LoginKind::RegistryToken => format!("registry token {secret}"),
            LoginKind::IdentityToken => format!("identity token {secret}"),
        }
    }))
}

fn store(folder: &Path, variables: &[(&str, &str)]) -> DockerStore {
    DockerStore::open(None, &Environment::for_tests(variables, folder))
}

#[tokio::test]
async fn what_docker_reads_in_its_file_is_read() {
    let mut readers = Readers::start();
    let shapes = shapes();
    assert!(shapes.len() > 80, "{}", shapes.len());
    let mut wrong = Vec::new();
    for (name, text, expected) in shapes {
        let docker = theirs(&readers.ask(&json!({
            "Kind": "docker", "Config": STANDARD.encode(&text), "Host": HOST, "Environment": {},
        })));
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(".docker")).unwrap();
        std::fs::write(folder.path().join(".docker/config.json"), &text).unwrap();
        let read = ours(&store(folder.path(), &[]), HOST, None).await;
        let fits = match expected {
            Same => docker.is_ok() && docker == read,
            Login(login) => docker != read && read == Ok(Some(login.to_owned())),
            Ours::None => docker != read && read == Ok(None),
            Error => {
                let file = ".docker/config.json";
                docker.is_err() && read.as_ref().is_err_and(|error| error.contains(file))
            }
        };
        if !fits {
            wrong.push(format!("{name}: {expected:?}, Docker: {docker:?}, ours: {read:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const A: &str = r#"{"auths":{"r.lan:5000":{"auth":"dTpw"}}}"#;
const B: &str = r#"{"auths":{"r.lan:5000":{"auth":"eDp5"}}}"#;

/// What Docker reads where `DOCKER_AUTH_CONFIG` is set to the first and its file is the second.
#[tokio::test]
async fn docker_auth_config_goes_before_the_file() {
    let mut readers = Readers::start();
    let two = r#"{"auths":{"r.lan:5000":{"auth":"eDp5"},"other.lan":{"auth":"dTpw"}}}"#;
    let mut wrong = Vec::new();
    for (name, variable, file, expected) in [
        ("both", A, B, Same),
        ("the variable alone", A, "", Same),
        ("an empty variable", "", B, Same),
        ("a blank variable", " ", B, Same),
        ("another host in the variable", r#"{"auths":{"other.lan":{"auth":"eDp5"}}}"#, A, Same),
        ("several hosts", two, A, Same),
        ("no hosts", r#"{"auths":{}}"#, A, Same),
        ("null", "null", A, Same),
        (
            "more fields, which Docker refuses",
            r#"{"auths":{"r.lan:5000":{"auth":"eDp5","email":"e"}}}"#,
            A,
            Login("x:y"),
        ),
        (
            "a store beside, which Docker refuses",
            r#"{"credsStore":"x","auths":{"r.lan:5000":{"auth":"eDp5"}}}"#,
            A,
            Login("x:y"),
        ),
        (
            "fields instead of auth",
            r#"{"auths":{"r.lan:5000":{"username":"x","password":"y"}}}"#,
            A,
            Login("x:y"),
        ),
        ("an address", r#"{"auths":{"https://r.lan:5000":{"auth":"eDp5"}}}"#, A, Login("x:y")),
        ("not JSON", "hunter2", A, Same),
        ("a wrong auth", r#"{"auths":{"r.lan:5000":{"auth":"***"}}}"#, A, Same),
        ("an entry without a login", r#"{"auths":{"r.lan:5000":{}}}"#, A, Same),
        ("a helper in the file", A, r#"{"credsStore":"missing"}"#, Same),
    ] {
        let docker = theirs(&readers.ask(&json!({
            "Kind": "docker", "Config": STANDARD.encode(file), "Host": HOST,
            "Environment": {"DOCKER_AUTH_CONFIG": variable},
        })));
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(".docker")).unwrap();
        write(folder.path(), ".docker/config.json", file);
        let store = store(folder.path(), &[("DOCKER_AUTH_CONFIG", variable)]);
        let read = ours(&store, HOST, None).await;
        let fits = match expected {
            Login(login) => docker != read && read == Ok(Some(login.to_owned())),
            _ => docker.is_ok() && docker == read,
        };
        if !fits {
            wrong.push(format!("{name}: Docker: {docker:?}, ours: {read:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn a_docker_auth_config_that_can_not_be_read_is_said_without_its_text() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path(), &[("DOCKER_AUTH_CONFIG", r#"{"hunter2"#)]);
    let found = store.get(&HOST.parse().unwrap()).await.unwrap();
    let [warning] = found.warnings.as_slice() else { panic!("{:?}", found.warnings) };
    assert!(warning.to_string().contains("DOCKER_AUTH_CONFIG"), "{warning}");
    assert!(!warning.to_string().contains("hunter2"), "{warning}");
}

/// Files in a home folder, which logins are asked for, what is found where crane finds something
/// else.
#[tokio::test]
async fn what_crane_finds_in_the_files_of_docker_and_podman_is_found() {
    let mut readers = Readers::start();
    let parts = r#"{"auths":{"r.lan:5000/shop/web":{"auth":"dTpw"},"r.lan:5000/shop":{"auth":"czpz"},"r.lan:5000":{"auth":"eDp5"}}}"#;
    let part = r#"{"auths":{"r.lan:5000/shop":{"auth":"czpz"}}}"#;
    let docker = ".docker/config.json";
    let (run, config) = ("run/containers/auth.json", ".config/containers/auth.json");
    let mut wrong = Vec::new();
    for (name, files, variables, expected) in [
        ("docker's", &[(docker, A)][..], &[][..], Same),
        ("docker's elsewhere", &[("elsewhere/config.json", A)], &["DOCKER_CONFIG"], Same),
        ("podman's, of this session", &[(run, A)], &["XDG_RUNTIME_DIR"], Same),
        ("podman's, lasting", &[(config, A)], &[], Same),
        ("podman's, lasting, with a session", &[(config, A)], &["XDG_RUNTIME_DIR"], Same),
        ("podman's twice", &[(run, A), (config, B)], &["XDG_RUNTIME_DIR"], Same),
        (
            "podman's in a folder of its own",
            &[("own/containers/auth.json", A)],
            &["XDG_CONFIG_HOME"],
            Same,
        ),
        ("a named file", &[("named.json", A), (config, B)], &["REGISTRY_AUTH_FILE"], Same),
        ("a named file that isn't there", &[(config, B)], &["REGISTRY_AUTH_FILE"], Same),
        ("docker's goes before podman's", &[(docker, A), (config, B)], &[], Same),
        ("docker's has nothing for the host", &[(docker, "{}"), (config, B)], &[], Login("x:y")),
        ("a repository's", &[(config, parts)], &[], Same),
        ("a namespace's", &[(config, part)], &[], Same),
        ("a repository's in docker's file", &[(docker, parts)], &[], Same),
        ("nothing", &[], &[], Same),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path();
        for (name, text) in files {
            std::fs::create_dir_all(home.join(name).parent().unwrap()).unwrap();
            write(home, name, text);
        }
        let path = |name: &str| home.join(name).to_str().unwrap().to_owned();
        let of = |variable: &str| match variable {
            "DOCKER_CONFIG" => path("elsewhere"),
            "XDG_RUNTIME_DIR" => path("run"),
            "XDG_CONFIG_HOME" => path("own"),
            _ => path("named.json"),
        };
        let variables: Vec<(&str, String)> = variables.iter().map(|v| (*v, of(v))).collect();
        let mut environment = json!({"HOME": home});
        for (variable, value) in &variables {
            environment[variable] = json!(value);
        }
        let repository = format!("{HOST}/shop/web");
        let crane =
            theirs(&readers.ask(
                &json!({"Kind": "crane", "Repository": repository, "Environment": environment}),
            ));
        let variables: Vec<_> = variables.iter().map(|(v, value)| (*v, value.as_str())).collect();
        let read = ours(&store(home, &variables), HOST, Some("shop/web")).await;
        let fits = match expected {
            Login(login) => crane != read && read == Ok(Some(login.to_owned())),
            _ => crane.is_ok() && crane == read,
        };
        if !fits {
            wrong.push(format!("{name}: crane: {crane:?}, ours: {read:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
