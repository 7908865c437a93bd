//! Running checks: at once what depends on nothing, later what needs the others.

use std::time::{Duration, Instant};

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;

use super::check::{Check, Run};
use super::finding::{Finding, Verdict};
use super::ground::Ground;
use crate::diagnostic::human_duration;

/// What became of one check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Which one.
    pub check: &'static str,
    /// Of which cluster.
    pub cluster: Option<String>,
    /// How it stands.
    pub verdict: Verdict,
    /// One line.
    pub finding: String,
    /// What to do.
    pub hint: Option<String>,
    /// Tencent's id of the call that was refused.
    pub request_id: Option<String>,
    /// The check because of which it was skipped.
    pub because: Option<&'static str>,
    /// How long it took.
    pub took: Duration,
}

/// A check, and the cluster that it is about.
#[derive(Clone, Copy)]
struct Step {
    check: &'static Check,
    cluster: Option<usize>,
}

/// Whether a check can begin.
enum Ready {
    Now,
    Later,
    Never(&'static str),
}

/// Runs these checks, in any order that their needs allow; the outcomes are in the order given.
pub async fn run(ground: &Ground, checks: &[&'static Check]) -> Vec<Outcome> {
    let steps = steps(ground, checks);
    let mut outcomes: Vec<Option<Outcome>> = vec![None; steps.len()];
    let mut begun = vec![false; steps.len()];
    let mut running = FuturesUnordered::new();
    loop {
        // A skipped check may be what another waits for, so each is looked at until nothing changes.
        let mut changed = true;
        while changed {
            changed = false;
            for (index, step) in steps.iter().enumerate() {
                if begun[index] {
                    continue;
                }
                match ready(*step, &steps, &outcomes) {
                    Ready::Later => {}
                    Ready::Now => {
                        begun[index] = true;
                        running.push(async move { (index, carry_out(ground, *step).await) });
                    }
                    Ready::Never(because) => {
                        begun[index] = true;
                        changed = true;
                        outcomes[index] = Some(skipped(ground, *step, because));
                    }
                }
            }
        }
        let Some((index, outcome)) = running.next().await else { break };
        outcomes[index] = Some(outcome);
    }
    outcomes.into_iter().flatten().collect()
}

fn steps(ground: &Ground, checks: &[&'static Check]) -> Vec<Step> {
    let once = checks.iter().filter(|check| !check.is_of_a_cluster());
    let mut steps: Vec<Step> = once.map(|check| Step { check, cluster: None }).collect();
    for index in 0..ground.clusters.len() {
        let each = checks.iter().filter(|check| check.is_of_a_cluster());
        steps.extend(each.map(|check| Step { check, cluster: Some(index) }));
    }
    steps
}

fn ready(step: Step, steps: &[Step], outcomes: &[Option<Outcome>]) -> Ready {
    let of = |id: &&str| {
        let same = |other: &Step| {
            other.check.id == *id && (other.cluster.is_none() || other.cluster == step.cluster)
        };
        steps.iter().position(same)
    };
    let mut later = false;
    for place in step.check.needs.iter().filter_map(of) {
        match &outcomes[place] {
            None => later = true,
            Some(done) if done.verdict == Verdict::Fail => return Ready::Never(done.check),
            Some(done) if done.verdict == Verdict::Skipped => {
                return Ready::Never(done.because.unwrap_or(done.check));
            }
            Some(_) => {}
        }
    }
    later |= step.check.after.iter().filter_map(of).any(|place| outcomes[place].is_none());
    if later { Ready::Later } else { Ready::Now }
}

async fn carry_out(ground: &Ground, step: Step) -> Outcome {
    let begin = Instant::now();
    let work = match (&step.check.run, step.cluster) {
        (Run::Once(run), _) => run(ground),
        (Run::EachCluster(run), Some(index)) => run(ground, &ground.clusters[index]),
        (Run::EachCluster(_), None) => {
            Box::pin(async { Err(Finding::not_proven("no cluster was named")) })
        }
    };
    let finding = tokio::time::timeout(Check::LIMIT, work)
        .await
        .map_or_else(|_| too_slow(), |found| found.unwrap_or_else(|finding| finding));
    outcome(ground, step, finding, begin.elapsed())
}

fn too_slow() -> Finding {
    let limit = human_duration(Check::LIMIT);
    Finding::fail(format!("no answer within {limit}"))
        .hint("run it again with -vv, which shows what was asked and never answered")
}

fn skipped(ground: &Ground, step: Step, because: &'static str) -> Outcome {
    let finding = Finding {
        verdict: Verdict::Skipped,
        text: format!("because of {because}"),
        hint: None,
        request_id: None,
    };
    Outcome { because: Some(because), ..outcome(ground, step, finding, Duration::ZERO) }
}

fn outcome(ground: &Ground, step: Step, finding: Finding, took: Duration) -> Outcome {
    let cluster = step.cluster.map(|index| ground.clusters[index].name.clone());
    let Finding { verdict, text, hint, request_id } = finding;
    let check = step.check.id;
    Outcome { check, cluster, verdict, finding: text, hint, request_id, because: None, took }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::account::Settings;
    use crate::checkup::ground::ClusterGround;
    use crate::environment::Environment;
    use crate::kubernetes::ConnectionSettings;

    const fn once(id: &'static str, needs: &'static [&'static str], run: Run) -> Check {
        Check { id, about: "", needs, after: &[], run }
    }

    const FAILS: Run = Run::Once(|_| Box::pin(async { Err(Finding::fail("no")) }));
    const UNKNOWN: Run = Run::Once(|_| Box::pin(async { Err(Finding::not_proven("who knows")) }));
    static UNDER_WAY: AtomicU32 = AtomicU32::new(0);
    const TOGETHER: Run = Run::Once(|_| {
        Box::pin(async {
            UNDER_WAY.fetch_add(1, Ordering::Relaxed);
            while UNDER_WAY.load(Ordering::Relaxed) < 2 {
                tokio::task::yield_now().await;
            }
            Ok(Finding::ok("yes"))
        })
    });
    const OF_A_CLUSTER: Run = Run::EachCluster(|_, cluster| {
        Box::pin(async move {
            match cluster.name.as_str() {
                "bad" => Err(Finding::fail("no")),
                _ => Ok(Finding::ok("yes")),
            }
        })
    });

    fn ground(clusters: &[&str]) -> Ground {
        let cluster =
            |name: &&str| ClusterGround::new(ConnectionSettings::default(), (*name).to_owned());
        let environment = Environment::for_tests(&[], Path::new(""));
        Ground::new(Settings::default(), environment, clusters.iter().map(cluster).collect())
    }

    async fn verdicts(ground: &Ground, checks: &[&'static Check]) -> Vec<String> {
        let outcomes = run(ground, checks).await;
        let told = outcomes.iter().map(|of| {
            let because = of.because.map(|id| format!(" by {id}")).unwrap_or_default();
            let cluster = of.cluster.as_ref().map(|of| format!("@{of}")).unwrap_or_default();
            format!("{}{cluster} {}{because}", of.check, of.verdict.word())
        });
        told.collect()
    }

    #[tokio::test]
    async fn a_failure_skips_what_needs_it_and_names_the_first() {
        static CHECKS: [Check; 5] = [
            once("a", &[], FAILS),
            once("b", &["a"], UNKNOWN),
            once("c", &["b"], UNKNOWN),
            once("d", &[], UNKNOWN),
            once("e", &["d"], FAILS),
        ];
        let checks: Vec<&Check> = CHECKS.iter().collect();
        let told = verdicts(&ground(&[]), &checks).await;
        let expected = ["a fail", "b skipped by a", "c skipped by a", "d not proven", "e fail"];
        assert_eq!(told, expected);
    }

    #[tokio::test]
    async fn what_depends_on_nothing_runs_at_once() {
        static CHECKS: [Check; 3] =
            [once("a", &[], TOGETHER), once("b", &[], TOGETHER), once("c", &["a", "b"], UNKNOWN)];
        let checks: Vec<&Check> = CHECKS.iter().collect();
        assert_eq!(verdicts(&ground(&[]), &checks).await, ["a ok", "b ok", "c not proven"]);
    }

    #[tokio::test]
    async fn one_clusters_trouble_stays_its_own() {
        static CHECKS: [Check; 3] = [
            once("x", &[], UNKNOWN),
            once("cluster.a", &["x"], OF_A_CLUSTER),
            once("cluster.b", &["cluster.a"], OF_A_CLUSTER),
        ];
        let checks: Vec<&Check> = CHECKS.iter().collect();
        let told = verdicts(&ground(&["bad", "good"]), &checks).await;
        assert_eq!(
            told,
            [
                "x not proven",
                "cluster.a@bad fail",
                "cluster.b@bad skipped by cluster.a",
                "cluster.a@good ok",
                "cluster.b@good ok",
            ]
        );
    }
}
