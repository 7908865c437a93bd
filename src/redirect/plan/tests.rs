use super::*;
use crate::redirect::state::REMARK;
use crate::tencent::{BoundVpc, Link, Region, Zone, ZoneRecord};

fn wanted(goal: Goal) -> Wanted {
    Wanted {
        goal,
        vpc: "vpc-1".to_owned(),
        name: ZoneName::of(&"ccr.ccs.tencentyun.com".parse().unwrap()).unwrap(),
        target: "prod.tencentcloudcr.com".to_owned(),
    }
}

fn ready() -> State {
    let link = Link {
        vpc: "vpc-1".to_owned(),
        subnet: "subnet-1".to_owned(),
        status: "Running".to_owned(),
        address: Some("10.0.0.5".to_owned()),
    };
    State {
        region: Some(Region::guangzhou()),
        link: Some(link),
        name: DnsStatus::Enabled,
        has_private_dns: true,
        own: None,
        others: Vec::new(),
    }
}

fn own(vpcs: &[&str], target: Option<&str>) -> OwnZone {
    let bound = |id: &&str| BoundVpc { id: (*id).to_owned(), region: "ap-guangzhou".to_owned() };
    let record = |value: &str| ZoneRecord {
        id: "7".to_owned(),
        name: "ccr.ccs".to_owned(),
        kind: "CNAME".to_owned(),
        value: value.to_owned(),
        ttl: 60,
    };
    let zone = Zone {
        id: "zone-1".to_owned(),
        domain: "tencentyun.com".to_owned(),
        remark: REMARK.to_owned(),
        vpcs: vpcs.iter().map(bound).collect(),
        forwards: true,
    };
    OwnZone { zone, records: target.map(record).into_iter().collect() }
}

fn words(steps: &[Step]) -> Vec<&'static str> {
    let word = |step: &Step| match step {
        Step::EnablePrivateDns => "enable",
        Step::CreateZone { .. } => "zone",
        Step::CreateRecord { .. } => "record",
        Step::BindVpc { .. } => "bind",
        Step::DeleteRecord { .. } => "delete record",
        Step::UnbindVpc { .. } => "unbind",
        Step::DeleteZone { .. } => "delete zone",
    };
    steps.iter().map(word).collect()
}

#[test]
fn a_vpc_is_bound_last() {
    let there = wanted(Goal::Redirected);
    assert_eq!(words(&there.steps(&ready())), ["zone", "record", "bind"]);
    let unused = State { has_private_dns: false, ..ready() };
    assert_eq!(words(&there.steps(&unused)), ["enable", "zone", "record", "bind"]);
    let target = Some("prod.tencentcloudcr.com.");
    let second = State { own: Some(own(&["vpc-2"], target)), ..ready() };
    assert_eq!(words(&there.steps(&second)), ["bind"]);
    let done = State { own: Some(own(&["vpc-1"], target)), ..ready() };
    assert!(there.steps(&done).is_empty() && there.obstacles(&done).is_empty());
}

#[test]
fn what_others_use_stays_when_it_is_taken_back() {
    let back = wanted(Goal::Removed);
    let target = Some("prod.tencentcloudcr.com");
    let steps = |own: OwnZone| words(&back.steps(&State { own: Some(own), ..ready() }));
    assert_eq!(steps(own(&["vpc-1"], target)), ["delete record", "unbind", "delete zone"]);
    assert_eq!(steps(own(&["vpc-1", "vpc-2"], target)), ["unbind"]);
    assert_eq!(steps(own(&["vpc-2"], target)), [""; 0]);
    assert_eq!(steps(own(&[], None)), ["delete zone"]);
    let mut shared = own(&["vpc-1"], target);
    shared.records.push(ZoneRecord { name: "hkccr.ccs".to_owned(), ..shared.records[0].clone() });
    assert_eq!(steps(shared), ["delete record", "unbind"], "another name of it stays");
    assert_eq!(words(&back.steps(&ready())), [""; 0]);
}

#[test]
fn what_is_in_the_way_is_named() {
    let there = wanted(Goal::Redirected);
    let first = |state: State| there.obstacles(&state).remove(0);
    let no_vpc = State { region: None, ..ready() };
    assert_eq!(first(no_vpc), Obstacle::NoVpc { vpc: "vpc-1".to_owned() });
    let no_link = State { link: None, ..ready() };
    assert_eq!(first(no_link), Obstacle::NoLink { vpc: "vpc-1".to_owned() });
    let unresolved = State { name: DnsStatus::Error, ..ready() };
    assert!(matches!(first(unresolved), Obstacle::NameUnresolved { .. }));
    let mut hiding = own(&[], None);
    hiding.zone.forwards = false;
    let hiding = State { own: Some(hiding), ..ready() };
    assert!(matches!(first(hiding), Obstacle::NotForwarding { .. }));
    let elsewhere = State { own: Some(own(&[], Some("test.tencentcloudcr.com"))), ..ready() };
    assert!(matches!(first(elsewhere), Obstacle::OtherRecord { .. }));
    let foreign = State { others: vec![own(&["vpc-1"], None).zone], ..ready() };
    assert!(matches!(first(foreign), Obstacle::ForeignZone { .. }));
    let foreign = State { others: vec![own(&["vpc-1"], None).zone], ..ready() };
    assert!(wanted(Goal::Removed).obstacles(&foreign).is_empty(), "taking back is always right");
}
