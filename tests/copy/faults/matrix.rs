//! The matrix: for each sort of trouble a score of schedules, drawn from one seed.
//!
//! Each run has its own proxies and its own namespaces. After it either the target holds what the
//! source holds, byte by byte, or the exit code isn't 0 and the report names what is missing; then
//! a run without troubles has to converge. No tag ever points at something missing, no manifest is
//! put before its parts (docker-registry refuses that, and the proxy sees it refuse), no login is
//! sent to another host, and nothing that somebody else pushes meanwhile is overwritten.
//!
//! `CCR2TCR_FAULT_SCHEDULES` is how many there are in all, `CCR2TCR_FAULT_ONLY=ROW/NUMBER` (or
//! `ROW`, or several with `;` between them) picks out of those of a seed. Which request is the third
//! of its sort is for the runs' threads to decide, so a seed brings back the schedule, not every
//! step of the run.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Instant;

use super::check::{Target, Verdict};
use super::newer_push::{overtaken, overwritten};
use super::proxy::Seen;
use super::row::Row;
use super::run::{Ended, Stage};
use super::schedule::Schedule;
use super::table::{Line, Outcome, markdown};
use super::world::World;
use crate::support::DockerRegistry;
use crate::support::random::{Random, seed_or};

/// The seed, unless told otherwise: what lands has to be tried on the same schedules each time.
/// `CCR2TCR_TEST_SEED=$RANDOM` looks for trouble among others.
const SEED: u64 = 2_080_812_786;

/// Schedules in all, unless told otherwise.
const SCHEDULES: usize = 703;

/// Runs at a time: nearly all of their time is waiting.
const AT_ONCE: usize = 16;

/// One schedule to be tried.
#[derive(Debug, Clone)]
struct Task {
    row: usize,
    number: usize,
    schedule: Schedule,
}

impl Task {
    fn name(&self) -> String {
        format!("{}/{}", Row::ALL[self.row].name(), self.number)
    }
}

#[test]
fn whatever_happens_the_target_is_equal_or_the_report_names_what_is_not() {
    let seed = seed_or(SEED);
    let world = World::shared();
    let tasks = draw(seed, &world);
    let all = tasks.len();
    let queue = Mutex::new(tasks);
    let lines: Vec<Line> = Row::ALL.iter().map(|row| Line::new(row.name())).collect();
    let (lines, wrongs) = (Mutex::new(lines), Mutex::new(Vec::new()));
    let begin = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE.min(all) {
            scope.spawn(|| {
                let registry = DockerRegistry::start_in_memory();
                loop {
                    let Some(task) = queue.lock().unwrap().pop_front() else { return };
                    let outcome = try_one(&world, &registry, &task);
                    lines.lock().unwrap()[task.row].add(&outcome);
                    if let Some(error) = &outcome.hasty {
                        println!("named, though it would pass: {}: {error}", task.name());
                    }
                    if !outcome.wrongs.is_empty() {
                        let what = format!(
                            "{}: {}\n{}",
                            task.name(),
                            outcome.wrongs.join("; "),
                            outcome.story
                        );
                        println!("WRONG {what}");
                        wrongs.lock().unwrap().push(task.name());
                    }
                }
            });
        }
    });
    let table = markdown(&lines.into_inner().unwrap());
    let took = begin.elapsed().as_secs();
    println!("{table}\n{all} schedules of seed {seed} in {took} s");
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/target");
    // It isn't there if cargo was told to build elsewhere.
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(format!("{folder}/fault-matrix.md"), &table).unwrap();
    let wrongs = wrongs.into_inner().unwrap();
    assert!(wrongs.is_empty(), "seed {seed}: {wrongs:#?}");
}

/// All schedules, those that take longest first.
fn draw(seed: u64, world: &World) -> VecDeque<Task> {
    let asked = std::env::var("CCR2TCR_FAULT_SCHEDULES").ok().map(|text| text.parse().unwrap());
    let each = asked.unwrap_or(SCHEDULES).div_ceil(Row::ALL.len());
    let only = std::env::var("CCR2TCR_FAULT_ONLY").ok();
    let mut tasks = Vec::new();
    for number in 0..each {
        for (row, what) in Row::ALL.iter().enumerate() {
            let own = seed.wrapping_add(((row * 100_000 + number) as u64 + 1) << 20);
            let mut random = Random::from(own);
            // The first numbers of neighbouring seeds are neighbours too.
            for _ in 0..20 {
                random.below(2);
            }
            let schedule = Schedule::draw(*what, &mut random, world);
            let task = Task { row, number, schedule };
            let is_one = |one: &str| one == what.name() || one == task.name();
            if only.as_ref().is_none_or(|only| only.split(';').any(is_one)) {
                tasks.push(task);
            }
        }
    }
    tasks.sort_by_key(|task| !task.schedule.is_endless());
    tasks.into()
}

fn try_one(world: &World, registry: &DockerRegistry, task: &Task) -> Outcome {
    let suffix = format!("{}x{}", task.row, task.number);
    let mut stage = Stage::set(world, registry.host(), &suffix, &task.schedule);
    let mut target = Target::of(world, registry.host(), &suffix, &task.schedule);
    let mut wrongs = Vec::new();

    // With an address that is dead from the start, or one that expires, nothing goes well first.
    let can_begin = task.schedule.dead.is_none() && task.schedule.source_role.store.is_none();
    if task.schedule.half_there && can_begin {
        stage.copy_half(world);
    }
    stage.arm(&task.schedule);
    let ended = stage.sync(world, &[]);
    target.overtaken = overtaken(&stage.target);
    let verdict = target.judge(&ended, &mut wrongs);
    target.overtaken.clear();
    wrongs.extend(overwritten(&stage.target));
    let was_hit = task.schedule.dead.is_some()
        || task.schedule.dead_line.is_some()
        || stage.source.has_met()
        || stage.target.has_met();
    let mut story = story(&stage, &task.schedule, &ended);

    let mut healed = false;
    if task.schedule.dead.is_some() && verdict == Verdict::Named {
        wrongs.push("an address is alive, and yet the run failed".to_owned());
    } else if verdict == Verdict::Named {
        stage.heal();
        let again = stage.sync(world, &["--on-conflict", "overwrite"]);
        healed = again.code == Some(0) && target.is_complete(&mut wrongs);
        if !healed {
            wrongs.push(format!("a clean run doesn't heal it: {:?}\n{}", again.code, again.stderr));
            story.push_str(&self::story(&stage, &Schedule::default(), &again));
        }
    }
    wrongs.extend(stage.source.wrongs());
    wrongs.extend(stage.target.wrongs());
    let is_hasty = verdict == Verdict::Named && task.schedule.passes();
    let hasty = is_hasty.then(|| first_error(&ended));
    Outcome { verdict, was_hit, hasty, healed, took: ended.took, wrongs, story }
}

fn first_error(ended: &Ended) -> String {
    let mut errors = ended.stderr.lines().skip_while(|line| !line.starts_with("error: "));
    format!("{} {}", errors.next().unwrap_or_default(), errors.next().unwrap_or_default().trim())
}

/// What helps to find the cause.
fn story(stage: &Stage, schedule: &Schedule, ended: &Ended) -> String {
    let mut lines = vec![format!("{schedule:?}\ncode {:?} in {:?}", ended.code, ended.took)];
    for (side, proxy) in [("source", &stage.source), ("target", &stage.target)] {
        let met = proxy.seen().into_iter().filter(|seen| !seen.faults.is_empty()).take(12);
        lines.extend(met.map(|Seen { status, path, faults, .. }| {
            format!("  {side} {status} {path} {faults:?}")
        }));
    }
    let mut tail: Vec<&str> = ended.stderr.lines().rev().take(30).collect();
    tail.reverse();
    lines.extend(tail.into_iter().map(|line| format!("  | {line}")));
    lines.join("\n") + "\n"
}
