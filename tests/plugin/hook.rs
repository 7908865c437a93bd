//! docker's hook, called by the real docker at a terminal. The engine is made up: it refuses each
//! pull and push in words of a real one.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use crate::support::{Run, install_docker_plugin, plugin, run, tool, write};

const ON: &str = r#""features": {"hooks": "true"}"#;
const HOOKS: &str = r#""hooks": "pull,push,image pull,image push""#;
const PRODUCTION: &str = r#""auths": {"prod.tencentcloudcr.com": {"auth": "dTpodW50ZXIy"}}"#;

/// The words for a denied pull of an image (moby `distribution/errors.go`).
fn denied(image: &str) -> String {
    format!(
        "pull access denied for {image}, repository does not exist or may require 'docker login': \
         denied: requested access to the resource is denied"
    )
}

/// An engine that refuses everything; a pull with `pull`, a push in the middle of its answer.
fn engine(pull: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("tcp://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for caller in listener.incoming() {
            let (caller, pull) = (caller.unwrap(), pull.clone());
            thread::spawn(move || refuse(caller, &pull));
        }
    });
    address
}

fn refuse(mut caller: TcpStream, pull: &str) {
    let mut lines = BufReader::new(caller.try_clone().unwrap()).lines().map_while(Result::ok);
    let first = lines.next().unwrap_or_default();
    lines.take_while(|line| !line.is_empty()).for_each(drop);
    let (status, body) = if first.contains("/_ping") {
        ("200 OK", String::new())
    } else if first.contains("/push") {
        let words = "denied: requested access to the resource is denied";
        (
            "200 OK",
            serde_json::json!({"errorDetail": {"message": words}, "error": words}).to_string(),
        )
    } else {
        ("404 Not Found", serde_json::json!({"message": pull}).to_string())
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nAPI-Version: 1.50\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let body = if first.starts_with("HEAD") { String::new() } else { body };
    let _ = caller.write_all((head + &body).as_bytes());
}

/// docker with the plugin among its plugins.
struct Docker(tempfile::TempDir);

impl Docker {
    /// `config` is what stands in the braces of config.json.
    fn with(config: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        install_docker_plugin(folder.path());
        write(folder.path(), "config.json", &format!("{{{}}}", config.join(", ")));
        Self(folder)
    }

    /// With a hook that has these settings.
    fn hooked(settings: &str, more: &str) -> Self {
        Self::with(&[ON, &format!(r#""plugins": {{"ccr2tcr": {{{settings}}}}}"#), more])
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        write(self.0.path(), name, text)
    }

    /// At a terminal: elsewhere docker calls no hook.
    fn run(&self, engine: &str, line: &str) -> Run {
        let mut command = tool("script");
        command.args(["-qec", &format!("docker {line}"), "/dev/null"]).env("TERM", "dumb");
        command.env("DOCKER_CONFIG", self.0.path()).env("HOME", self.0.path());
        run(command.env("DOCKER_HOST", engine))
    }
}

#[test]
fn a_pull_that_is_denied_is_told_how_to_come_by_the_image() {
    let engine = engine(denied("ccr.ccs.tencentyun.com/shop/web"));
    let docker = Docker::hooked(HOOKS, PRODUCTION);
    for line in
        ["pull ccr.ccs.tencentyun.com/shop/web:v1", "image pull ccr.ccs.tencentyun.com/shop/web"]
    {
        let pull = docker.run(&engine, line).ends_with(1).says(&[
            "What's next:",
            "Copy it from CCR to TCR: docker ccr2tcr sync ccr.ccs.tencentyun.com/shop/web",
            "Its name in TCR: prod.tencentcloudcr.com/shop/web",
            "Error response from daemon: pull access denied",
        ]);
        println!("{}", pull.stdout);
    }
}

#[test]
fn a_push_that_is_denied_is_told_the_new_name_which_docker_fills_in() {
    let docker = Docker::hooked(HOOKS, PRODUCTION);
    let push = docker.run(&engine(String::new()), "push hkccr.ccs.tencentyun.com/shop/web:v1");
    let push = push.ends_with(1).says(&[
        "Push it to TCR: docker tag hkccr.ccs.tencentyun.com/shop/web:v1 \
         prod.tencentcloudcr.com/shop/web:v1 && docker push prod.tencentcloudcr.com/shop/web:v1",
        "docker ccr2tcr rewrite",
        "denied: requested access to the resource is denied",
    ]);
    println!("{}", push.stdout);
    push.never_says(&["hunter2", "{{"]);
}

#[test]
fn the_mapping_file_of_the_configuration_names_the_image() {
    let docker = Docker::hooked(&format!(r#"{HOOKS}, "mapping": "names.yaml""#), PRODUCTION);
    let engine = engine(denied("ccr.ccs.tencentyun.com/team_a__x/web"));
    let pull = |docker: &Docker| docker.run(&engine, "pull ccr.ccs.tencentyun.com/team_a__x/web");
    docker.file(
        "names.yaml",
        "{version: 1, tcr: {name: eu}, map: [{from: team_a__x, to: team-a-x}]}",
    );
    let mapped = pull(&docker).ends_with(1);
    mapped.says(&["Its name in TCR: eu.tencentcloudcr.com/team-a-x/web", "/names.yaml"]);
    docker.file("names.yaml", "{version: 9}");
    pull(&docker).ends_with(1).says(&["names.yaml can't be read"]).never_says(&["Its name"]);
}

#[test]
fn it_is_silent_about_other_images_other_failures_and_unless_it_is_asked_for() {
    let other = engine(denied("alpine"));
    let ours = engine(denied("ccr.ccs.tencentyun.com/shop/web"));
    let line = "pull ccr.ccs.tencentyun.com/shop/web";
    let hooked = Docker::hooked(HOOKS, PRODUCTION);
    let silent = |run: Run| run.ends_with(1).never_says(&["next", "ccr2tcr"]);
    silent(hooked.run(&other, "pull alpine"));
    silent(hooked.run(&other, "push ghcr.io/shop/web"));
    silent(hooked.run("tcp://127.0.0.1:1", line)).says(&["Cannot connect to the Docker daemon"]);
    silent(Docker::with(&[PRODUCTION]).run(&ours, line));
    silent(Docker::with(&[ON, PRODUCTION]).run(&ours, line));
}

#[test]
fn it_answers_at_once_and_never_fails() {
    let call = |request: &str| {
        let mut command = tool(plugin());
        run(command
            .args(["ccr2tcr", "docker-cli-plugin-hooks", request])
            .env("HOME", "/nonexistent"))
    };
    for request in ["", "{", "null", r#"{"RootCmd": "pull", "CommandError": ""}"#] {
        let nothing = call(request).ends_with(0);
        assert_eq!((nothing.stdout.as_str(), nothing.stderr.as_str()), ("", ""), "{request}");
    }
    let request = serde_json::json!({"RootCmd": "pull", "CommandError": denied("ccr.ccs.tencentyun.com/a/b")});
    let mut fastest = Duration::MAX;
    for _ in 0..5 {
        let begin = Instant::now();
        let answer = call(&request.to_string()).ends_with(0).json();
        fastest = fastest.min(begin.elapsed());
        assert_eq!(answer["Type"], 0);
        assert!(answer["Template"].as_str().unwrap().contains("docker ccr2tcr sync"), "{answer}");
    }
    println!("hook in {} ms", fastest.as_millis());
    assert!(fastest < Duration::from_secs(1), "{fastest:?}");
}
