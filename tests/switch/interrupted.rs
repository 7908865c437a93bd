//! Runs that end in the middle.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::fixtures::World;
use crate::support::cluster::yaml::{changed, workload};
use crate::support::cluster::{Cluster, User};
use crate::support::{Run, signal, tool};

/// Three Deployments, and a switch of them that hangs in the first one's rollout.
fn hanging(like: &str) -> (World, Child) {
    let world = World::open(like);
    let process = hanging_in(&world);
    (world, process)
}

fn hanging_in(world: &World) -> Child {
    world.copied("web:v1");
    for name in ["a", "b", "c"] {
        world.deployment(name, "web:v1");
    }
    world.cluster.freeze(&world.namespace);
    let line = ["--yes", "--concurrency", "1", "--rollback-file", "back.json"];
    let mut command = world.switch_command(&line);
    let process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    world
        .cluster
        .wait_until("the first is written", || world.image_of("a") == world.in_tcr("web:v1"));
    process
}

#[test]
fn a_server_that_is_away_for_a_while_does_not_end_the_run() {
    let world = World::open_on(Cluster::alone(), "away");
    let process = hanging_in(&world);
    world.cluster.plane().stop_server();
    std::thread::sleep(Duration::from_secs(6));
    world.cluster.plane().start_server();
    world.cluster.thaw(&world.namespace);
    let ended = Run::from(process.wait_with_output().unwrap()).ends_with(0);
    let told = "warning: https://127.0.0.1:";
    let ended = ended.says(&[told, "can't be reached", "trying again for 30 s", "3 rolled out"]);
    assert_eq!(ended.stderr.matches("trying again").count(), 1, "{}", ended.stderr);
}

#[test]
fn writes_wait_for_a_server_that_restarts() {
    let world = World::open_on(Cluster::alone(), "restart");
    world.copied("web:v1");
    let image = world.in_ccr("web:v1");
    let one = |number: u16| {
        let web = workload("Deployment", &world.namespace, &format!("web-{number}"), &image);
        changed(&web, |web| web["spec"]["replicas"] = 0.into())
    };
    world.cluster.create(&(0..300).map(one).collect::<Vec<_>>().join("\n---\n"));
    let line = ["--yes", "--no-wait", "--concurrency", "1", "--rollback-file", "back.json"];
    let mut command = world.switch_command(&line);
    let mut process = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(process.stderr.take().unwrap()).lines().map(Result::unwrap);
    lines.find(|line| line.ends_with(": written")).unwrap();
    world.cluster.plane().stop_server();
    std::thread::sleep(Duration::from_secs(8));
    world.cluster.plane().start_server();
    let said = lines.collect::<Vec<_>>().join("\n");
    assert_eq!(process.wait().unwrap().code(), Some(0), "{said}");
    assert!(said.contains("trying again for 30 s"), "it was not away: {said}");
    assert!(said.ends_with("300 objects: 300 written"), "{said}");
}

#[test]
fn a_run_that_is_killed_can_be_rolled_back() {
    let (world, mut process) = hanging("killed");
    // SIGKILL, which can't be handled.
    process.kill().unwrap();
    process.wait().unwrap();
    world.cluster.thaw(&world.namespace);
    let images = || ["a", "b", "c"].map(|name| world.image_of(name));
    let (old, new) = (world.in_ccr("web:v1"), world.in_tcr("web:v1"));
    assert_eq!(images(), [new, old.clone(), old.clone()]);
    let back = world.roll_back("back.json").ends_with(0);
    for (name, verdict) in [("a", "roll back"), ("b", "unchanged"), ("c", "unchanged")] {
        let name = format!("deployment.apps/{name} ");
        let row = back.stdout.lines().find(|line| line.contains(&name));
        assert!(row.is_some_and(|row| row.ends_with(verdict)), "{}", back.stdout);
    }
    assert_eq!(images(), [old.clone(), old.clone(), old]);
}

#[test]
fn a_run_that_is_interrupted_says_what_it_has_done() {
    let (world, process) = hanging("stopped");
    signal(&process, "INT");
    let ended = Run::from(process.wait_with_output().unwrap()).ends_with(130);
    ended.says(&[
        "deployment.apps/a in",
        "stopped waiting: ",
        "1 not rolled out yet, 2 not tried",
        "kubectl tcr-switch rollback back.json",
    ]);
    world.cluster.thaw(&world.namespace);
    world.roll_back("back.json").ends_with(0);
    assert_eq!(world.image_of("a"), world.in_ccr("web:v1"));
}

#[test]
fn a_second_interrupt_ends_the_run_at_once_and_a_rollback_is_possible() {
    let world = World::open("twice");
    world.copied("web:v1");
    for name in ["a", "b"] {
        world.deployment(name, "web:v1");
    }
    // A first Ctrl-C waits for the answer to a request that is under way.
    let (address, silence) = until_silence(world.cluster.plane().server());
    let mut command = world.switch_command(&["--yes", "--concurrency", "1"]);
    command.args(["--rollback-file", "back's.json", "--server", &address]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    world.cluster.freeze(&world.namespace);
    let process = command.spawn().unwrap();
    world
        .cluster
        .wait_until("the first is written", || world.image_of("a") == world.in_tcr("web:v1"));
    silence.store(true, Ordering::Relaxed);
    // It looks at the rollout every two seconds at most, and gets no answer from then on.
    std::thread::sleep(Duration::from_secs(3));
    signal(&process, "INT");
    std::thread::sleep(Duration::from_millis(500));
    let begin = Instant::now();
    signal(&process, "INT");
    let ended = Run::from(process.wait_with_output().unwrap()).ends_with(130);
    assert!(begin.elapsed() < Duration::from_secs(3), "{:?}", begin.elapsed());
    ended.says(&[
        "stopping: finishing what has begun; Ctrl-C again quits at once",
        "aborted; back's.json is complete",
        &format!("kubectl tcr-switch rollback 'back'\\''s.json' --server={address}"),
    ]);
    world.cluster.thaw(&world.namespace);
    world.roll_back("back's.json").ends_with(0);
    for name in ["a", "b"] {
        assert_eq!(world.image_of(name), world.in_ccr("web:v1"));
    }
}

#[test]
fn an_interrupt_at_the_question_leaves_without_a_change() {
    let world = World::open("question");
    world.copied("web:v1");
    world.deployment("web", "web:v1");
    let plugin = world.cluster.folder().join("bin/kubectl-tcr_switch");
    let hosts = format!("--ccr-host {} --tcr-host {}", world.ccr(), world.tcr());
    let line = format!("exec {} -n {} {hosts}", plugin.display(), world.namespace);
    // A terminal, on which Ctrl-C is a key.
    let mut terminal = tool("script");
    world.cluster.equip(&mut terminal, &User::admin());
    terminal.args(["-qefc", &line, "/dev/null"]).current_dir(world.cluster.folder());
    let mut process = terminal
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = Vec::new();
    let mut shown = process.stdout.take().unwrap();
    let question = format!(
        "switch 1 object in namespace {} of cluster test (context test)? [y/N]",
        world.namespace
    );
    while !String::from_utf8_lossy(&said).replace("\r\n", " ").contains(&question) {
        let mut piece = [0; 4096];
        let length = shown.read(&mut piece).unwrap();
        assert!(length > 0, "{}", String::from_utf8_lossy(&said));
        said.extend_from_slice(&piece[..length]);
    }
    let mut keys = process.stdin.take().unwrap();
    keys.write_all(b"\x03").unwrap();
    shown.read_to_end(&mut said).unwrap();
    let said = String::from_utf8_lossy(&said);
    assert_eq!(process.wait().unwrap().code(), Some(130), "{said}");
    assert!(said.contains("nothing was changed"), "{said}");
    assert_eq!(world.image_of("web"), world.in_ccr("web:v1"));
}

/// A relay to a server, at another address, which passes no answers on once the flag is set.
fn until_silence(server: &str) -> (String, Arc<AtomicBool>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("https://{}", listener.local_addr().unwrap());
    let server = server.trim_start_matches("https://").to_owned();
    let silence = Arc::new(AtomicBool::new(false));
    let is_silent = Arc::clone(&silence);
    std::thread::spawn(move || {
        for near in listener.incoming() {
            let (near, far) = (near.unwrap(), TcpStream::connect(&server).unwrap());
            let (mut to_far, mut from_near) = (far.try_clone().unwrap(), near.try_clone().unwrap());
            std::thread::spawn(move || std::io::copy(&mut from_near, &mut to_far));
            let (mut near, mut far, is_silent) = (near, far, Arc::clone(&is_silent));
            std::thread::spawn(move || {
                let mut piece = [0; 16384];
                while let Ok(length) = far.read(&mut piece) {
                    let is_heard = !is_silent.load(Ordering::Relaxed);
                    if length == 0 || (is_heard && near.write_all(&piece[..length]).is_err()) {
                        break;
                    }
                }
            });
        }
    });
    (address, silence)
}

#[test]
fn what_is_changed_or_deleted_meanwhile_is_read_again() {
    let (world, process) = hanging("meanwhile");
    let b = format!("main={}", world.tcr().to_owned() + "/other/thing:v1");
    let line = ["set", "image", "deployment/b", &b, "-n", &world.namespace];
    world.cluster.kubectl(&line).ends_with(0);
    let line = ["delete", "deployment", "c", "-n", &world.namespace];
    world.cluster.kubectl(&line).ends_with(0);
    world.cluster.thaw(&world.namespace);
    let ended = Run::from(process.wait_with_output().unwrap()).ends_with(0);
    ended.says(&["1 rolled out, 2 already as planned"]);
    assert!(world.image_of("b").ends_with("/other/thing:v1"), "another change is kept");
}
