//! An account and a cluster in which nothing is wrong.

use super::fixtures::World;

#[test]
fn docker_finds_nothing() {
    let world = World::healthy();
    let run = world.docker(&[]).ends_with(0);
    println!("{}\n{}", run.stdout, run.stderr);
}

#[test]
fn kubectl_finds_nothing() {
    let world = World::healthy();
    let run = world.kubectl(&[]).ends_with(0);
    println!("{}\n{}", run.stdout, run.stderr);
}
