//! Plans from states to steps, without a network.

use super::*;
use crate::tencent::{DnsStatus, Link, PublicEntry, Vpc};

fn place(dns: &[&str]) -> (VpcPlace, Vec<Subnet>) {
    let vpc = Vpc {
        id: "vpc-1".to_owned(),
        name: String::new(),
        cidr: "10.0.0.0/16".to_owned(),
        dns_servers: dns.iter().map(|&server| server.to_owned()).collect(),
    };
    let subnet = |id: &str, free_addresses| Subnet {
        id: id.to_owned(),
        vpc: "vpc-1".to_owned(),
        name: String::new(),
        cidr: "10.0.1.0/24".to_owned(),
        zone: "ap-guangzhou-3".to_owned(),
        free_addresses,
    };
    let subnets = vec![subnet("subnet-full", 0), subnet("subnet-b", 9), subnet("subnet-a", 3)];
    (VpcPlace { vpc, replica: None }, subnets)
}

fn places() -> Places {
    Places { found: BTreeMap::from([("vpc-1".to_owned(), place(&[]))]), ..Places::default() }
}

fn nothing() -> NetworkState {
    NetworkState {
        links: Vec::new(),
        entry: PublicEntry { state: EntryState::Closed, reason: None },
        allowlist: Ok(None),
        vpcs_unread: None,
    }
}

fn linked(status: &str, address: Option<&str>, name: &DnsStatus) -> NetworkState {
    let link = Link {
        vpc: "vpc-1".to_owned(),
        subnet: "subnet-a".to_owned(),
        status: status.to_owned(),
        address: address.map(str::to_owned),
    };
    let names = LinkDomain::ALL.map(|domain| (domain, Ok(name.clone()))).to_vec();
    let place = Some(place(&[]).0);
    NetworkState { links: vec![LinkState { link, place, names }], ..nothing() }
}

fn open_to(rules: &[&str]) -> NetworkState {
    let rule = |&cidr: &&str| AllowRule {
        cidr: cidr.to_owned(),
        description: "before".to_owned(),
        index: 0,
        version: "1".to_owned(),
    };
    NetworkState {
        entry: PublicEntry { state: EntryState::Opened, reason: None },
        allowlist: Ok(Some(rules.iter().map(rule).collect())),
        ..nothing()
    }
}

fn wishes(vpcs: &[&str], allow: &[&str]) -> Wishes {
    Wishes {
        vpcs: vpcs.iter().map(|vpc| vpc.parse().unwrap()).collect(),
        domains: LinkDomain::ALL.to_vec(),
        allow: allow.iter().map(|allow| allow.parse().unwrap()).collect(),
        anyone: false,
    }
}

fn verdicts(plan: &Plan) -> Vec<(String, StepVerdict)> {
    plan.steps.iter().map(|planned| (planned.step.to_string(), planned.verdict)).collect()
}

#[test]
fn a_vpc_is_linked_through_the_roomiest_subnet() {
    let plan = Plan::of(&wishes(&["vpc-1", "vpc-1"], &[]), &nothing(), &places()).unwrap();
    let expected = [
        "link vpc-1 through subnet-b",
        "add the default name in vpc-1",
        "add the vpc name in vpc-1",
    ];
    assert_eq!(verdicts(&plan), expected.map(|step| (step.to_owned(), StepVerdict::Do)));
    assert!(plan.notes[0].contains("subnet-b (10.0.1.0/24, ap-guangzhou-3, 9 free)"));
}

#[test]
fn what_is_there_is_left() {
    let state = linked("Running", Some("10.0.0.5"), &DnsStatus::Enabled);
    let plan = Plan::of(&wishes(&["vpc-1/subnet-b"], &[]), &state, &Places::default()).unwrap();
    assert!(!plan.changes_anything());
    assert_eq!(plan.notes, ["vpc-1 is linked through subnet-a, and stays so"]);
    let state = linked("Pending", None, &DnsStatus::Disabled);
    let plan = Plan::of(&wishes(&["vpc-1"], &[]), &state, &Places::default()).unwrap();
    let verdicts: Vec<_> = verdicts(&plan).into_iter().map(|(_, verdict)| verdict).collect();
    assert_eq!(verdicts, [StepVerdict::Wait, StepVerdict::Do, StepVerdict::Do]);
}

#[test]
fn a_wrong_place_is_an_error() {
    let plan = |wish: &str, places: &Places| Plan::of(&wishes(&[wish], &[]), &nothing(), places);
    assert!(matches!(plan("vpc-2", &places()), Err(PlanError::NoSuchVpc { .. })));
    assert!(matches!(plan("vpc-1/subnet-x", &places()), Err(PlanError::NoSuchSubnet { .. })));
    assert!(matches!(plan("vpc-1/subnet-full", &places()), Err(PlanError::NoFreeAddress(_))));
    for wrong in ["vpc-", "1", "vpc-1/", "vpc-1/vpc-2", "vpc-1/subnet-2/x", "vpc-1 "] {
        assert!(wrong.parse::<VpcWish>().is_err(), "{wrong}");
    }
}

#[test]
fn resolvers_that_know_no_private_names_are_told_of() {
    let found = BTreeMap::from([("vpc-1".to_owned(), place(&["10.0.0.2"]))]);
    let places = Places { found, ..Places::default() };
    let plan = Plan::of(&wishes(&["vpc-1"], &[]), &nothing(), &places).unwrap();
    assert!(plan.notices.iter().any(|notice| notice.contains("10.0.0.2")), "{:?}", plan.notices);
}

#[test]
fn everybody_is_refused_however_it_is_spelled() {
    let allow = |ranges: &[&str]| -> Vec<String> {
        ranges.iter().map(|range| format!("{range}=x")).collect()
    };
    let plan = |ranges: &[&str], state: &NetworkState, anyone| {
        let allow = allow(ranges);
        let allow: Vec<&str> = allow.iter().map(String::as_str).collect();
        let wishes = Wishes { anyone, ..wishes(&[], &allow) };
        wishes.check().and_then(|()| Plan::of(&wishes, state, &Places::default()))
    };
    let eights: Vec<String> = (0..256).map(|first| format!("{first}.0.0.0/8")).collect();
    let eights: Vec<&str> = eights.iter().map(String::as_str).collect();
    let state = nothing();
    for spelling in [&["0.0.0.0/0"][..], &["0.0.0.0/1", "128.0.0.0/1"], &["2.0.0.0/7"], &eights] {
        let refused = plan(spelling, &state, false);
        assert!(matches!(refused, Err(PlanError::Everybody(_))), "{spelling:?}");
        assert!(plan(spelling, &state, true).is_ok(), "{spelling:?}");
    }
    // With bits behind the prefix, or IPv6, it can't even be written.
    for spelling in ["1.2.3.4/0=x", "::/0=x", "0.0.0.0/0", "1.2.3.4/24=x"] {
        assert!(spelling.parse::<AllowWish>().is_err(), "{spelling}");
    }
    for before in ["0.0.0.0/1", "200.1.2.3/1", "0.0.0.0/0", "::/0", "somebody"] {
        let refused = plan(&["9.0.0.0/8"], &open_to(&[before]), false);
        assert!(matches!(refused, Err(PlanError::Everybody(_))), "{before}");
    }
    assert!(plan(&["9.0.0.0/8"], &open_to(&["1.2.3.0/24"]), false).is_ok());
}

#[test]
fn a_range_that_is_listed_is_left_and_a_private_one_is_told_of() {
    let state = open_to(&["1.2.3.4/32"]);
    let plan = Plan::of(&wishes(&[], &["1.2.3.4=me", "10.0.0.0/8=lan"]), &state, &places());
    let plan = plan.unwrap();
    let verdicts: Vec<_> = verdicts(&plan).into_iter().map(|(_, verdict)| verdict).collect();
    assert_eq!(verdicts, [StepVerdict::Exists, StepVerdict::Exists, StepVerdict::Do]);
    assert_eq!(plan.notices, ["10.0.0.0/8 is private: nobody comes from there over the internet"]);
}

#[test]
fn an_open_entry_whose_list_is_unknown_is_not_touched() {
    let error = ApiError::Unreadable {
        action: "DescribeSecurityPolicies".to_owned(),
        reason: String::new(),
        request_id: None,
    };
    let state = NetworkState { allowlist: Err(error), ..open_to(&[]) };
    let refused = Plan::of(&wishes(&[], &["1.2.3.4=me"]), &state, &places());
    assert!(matches!(refused, Err(PlanError::AllowlistUnread(_))));
}

#[test]
fn names_go_before_their_link() {
    let state = linked("Running", Some("10.0.0.5"), &DnsStatus::Enabled);
    let removal = Removal { vpcs: vec!["vpc-1".to_owned(), "vpc-2".to_owned()] };
    let plan = Plan::removing(&removal, &state);
    let steps: Vec<String> = plan.steps.iter().map(|planned| planned.step.to_string()).collect();
    let expected = [
        "remove the default name in vpc-1",
        "remove the vpc name in vpc-1",
        "remove the link of vpc-1",
    ];
    assert_eq!(steps, expected);
    assert_eq!(plan.notes, ["vpc-2 isn't linked"]);
}
