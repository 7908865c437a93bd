//! The plan's branches.

use std::collections::BTreeSet;

use super::*;
use crate::account::MappingFile;
use crate::fleet::{CcrContent, CcrNamespace, FleetCluster, FleetInstance, plan_names};
use crate::image::Mapping;
use crate::tencent::{Instance, InstanceKind, ReplicationRule, TkeCluster};

fn region(name: &str) -> Region {
    name.parse().unwrap()
}

fn cluster(at: &str, vpc: &str, nodes: u64) -> FleetCluster {
    let id = format!("cls-{vpc}");
    FleetCluster {
        region: region(at),
        cluster: TkeCluster {
            name: id.clone(),
            id,
            vpc: vpc.to_owned(),
            status: "Running".to_owned(),
            nodes: Some(nodes),
        },
    }
}

fn instance(name: &str, at: &str, kind: InstanceKind) -> FleetInstance {
    FleetInstance {
        instance: Instance {
            id: format!("tcr-{name}"),
            name: name.to_owned(),
            region: region(at),
            status: "Running".to_owned(),
            kind,
            public_domain: None,
            internal_endpoint: None,
            anonymous: false,
            token_hours: 1,
            prepaid: None,
        },
        links: BTreeSet::new(),
        replicas: BTreeSet::new(),
        rules: Vec::new(),
        namespaces: BTreeSet::new(),
        repositories: BTreeSet::new(),
    }
}

fn ccr(namespaces: usize, repositories: usize) -> CcrContent {
    let namespace = |number: usize| CcrNamespace {
        name: format!("team{number}"),
        repositories: (0..repositories).map(|it| format!("team{number}/app{it}")).collect(),
        tags: 3,
    };
    let region = Region::guangzhou();
    let host = region.ccr_host().unwrap();
    CcrContent { region, host, namespaces: (0..namespaces).map(namespace).collect() }
}

fn fleet(clusters: Vec<FleetCluster>, instances: Vec<FleetInstance>) -> Fleet {
    Fleet { ccr: vec![ccr(2, 2)], clusters, instances, unread: Vec::new() }
}

fn planned(fleet: &Fleet, wish: &PlanWish) -> InstancePlan {
    InstancePlan::new(fleet, &plan_names(&fleet.ccr, &Mapping::default(), None), wish)
}

fn up_to(tier: Tier) -> PlanWish {
    PlanWish { largest: Some(tier), ..PlanWish::default() }
}

/// Each instance as `name region needs`.
fn instances(plan: &InstancePlan) -> Vec<String> {
    let needs = |it: &PlannedInstance| it.needs.map(|tier| tier.to_string()).unwrap_or_default();
    let one = |it: &PlannedInstance| format!("{} {} {}", it.label(), it.region, needs(it));
    plan.instances.iter().map(one).collect()
}

fn commands(plan: &InstancePlan) -> Vec<&str> {
    plan.steps.iter().map(|step| step.command.as_str()).collect()
}

fn requirement<'a>(plan: &'a InstancePlan, what: &str) -> &'a Requirement {
    plan.instances[0].requirements.iter().find(|it| it.what == what).unwrap()
}

#[test]
fn what_is_there_and_enough_is_left_as_it_is() {
    let mut held = instance("prod", "ap-shanghai", InstanceKind::Basic);
    held.links.insert("vpc-a".to_owned());
    let plan =
        planned(&fleet(vec![cluster("ap-shanghai", "vpc-a", 3)], vec![held]), &PlanWish::default());
    assert_eq!(instances(&plan), ["prod ap-shanghai basic"]);
    assert_eq!(commands(&plan), ["docker ccr2tcr sync --dry-run --mapping prod.yaml"]);
    assert_eq!(plan.regions[0].nodes, Some(3));
    assert!(plan.is_complete() && plan.notices.is_empty());
    assert!(plan.instances[0].requirements.iter().all(|it| it.met));
}

#[test]
fn links_are_planned_for_by_the_lower_table() {
    let clusters = |count: usize| {
        (0..count).map(|it| cluster("ap-shanghai", &format!("vpc-{it}"), 1)).collect::<Vec<_>>()
    };
    for (count, tier) in [(3, "basic"), (4, "standard"), (6, "premium")] {
        let held = instance("prod", "ap-shanghai", InstanceKind::Basic);
        let plan = planned(&fleet(clusters(count), vec![held]), &PlanWish::default());
        assert_eq!(instances(&plan), [format!("prod ap-shanghai {tier}")]);
        assert_eq!(plan.steps[0].command.contains("ModifyInstance"), count > 3);
        assert_eq!(plan.notices.iter().any(|it| it.contains("two tables")), count > 3);
    }
    let plan = planned(&fleet(clusters(11), vec![]), &PlanWish::default());
    assert!(plan.unmet[0].contains("CCN or peering"), "{:?}", plan.unmet);
    assert!(!plan.is_complete());
    // The server has taken them: its word holds.
    let mut held = instance("prod", "ap-shanghai", InstanceKind::Basic);
    held.links = (0..5).map(|it| format!("vpc-{it}")).collect();
    let plan = planned(&fleet(clusters(5), vec![held]), &PlanWish::default());
    assert_eq!(instances(&plan), ["prod ap-shanghai basic"]);
}

#[test]
fn a_second_region_on_the_same_side_gets_a_replica_or_an_instance() {
    let clusters = || vec![cluster("ap-shanghai", "vpc-a", 3), cluster("ap-beijing", "vpc-b", 1)];
    let held = || vec![instance("prod", "ap-shanghai", InstanceKind::Standard)];
    let plan = planned(&fleet(clusters(), held()), &PlanWish::default());
    assert_eq!(instances(&plan), ["prod ap-shanghai premium"]);
    assert_eq!(plan.regions[1].reach, Reach::NewReplica);
    assert_eq!(
        commands(&plan)[..3],
        [
            "tccli tcr ModifyInstance --region ap-shanghai --RegistryId tcr-prod --RegistryType premium",
            "tccli tcr CreateReplicationInstance --region ap-shanghai --RegistryId tcr-prod --ReplicationRegionName ap-beijing",
            "docker ccr2tcr network apply --tcr-name prod --vpc vpc-a",
        ]
    );
    let plan = planned(&fleet(clusters(), held()), &up_to(Tier::Standard));
    assert_eq!(instances(&plan), ["prod ap-shanghai standard", "prod-beijing ap-beijing basic"]);
    let last = commands(&plan).last().copied();
    assert_eq!(last, Some("docker ccr2tcr replicate --tcr-name prod --to prod-beijing"));
    let plan = planned(&fleet(clusters(), held()), &up_to(Tier::Basic));
    assert!(commands(&plan).last().unwrap().contains("replicate"), "it has rules already");
    let basic = vec![instance("prod", "ap-shanghai", InstanceKind::Basic)];
    let plan = planned(&fleet(clusters(), basic), &up_to(Tier::Basic));
    assert!(commands(&plan).iter().all(|line| !line.contains("replicate")));
    assert!(plan.notices.iter().any(|it| it.contains("no rules")), "{:?}", plan.notices);
}

#[test]
fn no_replica_crosses_the_border() {
    let clusters = vec![
        cluster("ap-shanghai", "vpc-a", 9),
        cluster("ap-hongkong", "vpc-b", 3),
        cluster("na-ashburn", "vpc-c", 1),
        cluster("ap-shanghai-fsi", "vpc-d", 1),
    ];
    let held = instance("prod", "ap-shanghai", InstanceKind::Basic);
    let plan = planned(&fleet(clusters, vec![held]), &PlanWish::default());
    assert_eq!(
        instances(&plan),
        [
            "prod ap-shanghai standard",
            "prod-hongkong ap-hongkong premium",
            "prod-shanghai-fsi ap-shanghai-fsi basic",
        ]
    );
    let ashburn = plan.regions.iter().find(|it| it.region.city() == "ashburn").unwrap();
    assert_eq!((ashburn.reach, ashburn.instance), (Reach::NewReplica, 1), "of Hong Kong's");
    assert_eq!(requirement(&plan, "instances fed by rules").needed, 2);
    assert!(plan.notices.iter().any(|it| it.contains("ap-shanghai-fsi is not known")));
}

#[test]
fn instances_and_replicas_that_exist_come_first() {
    let clusters = vec![
        cluster("ap-shanghai", "vpc-a", 9),
        cluster("ap-beijing", "vpc-b", 3),
        cluster("ap-chengdu", "vpc-c", 3),
    ];
    let mut held = instance("prod", "ap-shanghai", InstanceKind::Premium);
    held.replicas.insert(region("ap-beijing"));
    let other = instance("west", "ap-chengdu", InstanceKind::Basic);
    let rule = |namespace: &str| ReplicationRule {
        name: namespace.to_owned(),
        filters: vec![("name".to_owned(), format!("{namespace}/**"))],
        destination: format!("tcr-west/{namespace} ap-chengdu"),
        overrides: false,
        enabled: true,
    };
    held.rules = vec![rule("team0")];
    let mut fleet = fleet(clusters, vec![other, held]);
    let plan = planned(&fleet, &PlanWish::default());
    assert_eq!(instances(&plan), ["prod ap-shanghai premium", "west ap-chengdu basic"]);
    let reach: Vec<_> = plan.regions.iter().map(|it| it.reach).collect();
    assert_eq!(reach, [Reach::Link, Reach::Replica, Reach::Link]);
    assert!(plan.steps.iter().all(|step| !step.costs_money), "{:?}", commands(&plan));
    assert!(commands(&plan).last().unwrap().contains("replicate"), "one of two has a rule");
    fleet.instances[1].rules.push(rule("team1"));
    let plan = planned(&fleet, &PlanWish::default());
    assert!(!commands(&plan).last().unwrap().contains("replicate"));
    // The one that is named is copied to first.
    let wish = PlanWish { main: Some("west".to_owned()), ..PlanWish::default() };
    assert_eq!(planned(&fleet, &wish).instances[0].name.as_deref(), Some("west"));
}

#[test]
fn namespaces_and_repositories_decide_too() {
    let held = || vec![instance("prod", "ap-shanghai", InstanceKind::Basic)];
    let mut fleet = fleet(Vec::new(), held());
    fleet.ccr = vec![ccr(51, 1)];
    let plan = planned(&fleet, &PlanWish::default());
    assert_eq!(requirement(&plan, "namespaces").edition, Some(Tier::Standard));
    assert!(plan.notices.iter().any(|it| it.contains("--fold")), "{:?}", plan.notices);
    let fold = "team".parse().unwrap();
    let names = plan_names(&fleet.ccr, &Mapping::default(), Some(&fold));
    let plan = InstancePlan::new(&fleet, &names, &PlanWish::default());
    assert_eq!(instances(&plan), ["prod ap-shanghai basic"]);
    fleet.ccr = vec![ccr(2, 2501)];
    let plan = planned(&fleet, &PlanWish::default());
    assert_eq!(requirement(&plan, "repositories").edition, None);
    assert!(plan.unmet[0].contains("split them"), "{:?}", plan.unmet);
    // What is in the instance counts once, whether it is in CCR or not.
    fleet.ccr = vec![ccr(2, 2)];
    fleet.instances[0].namespaces = ["team0", "old"].map(str::to_owned).into();
    let plan = planned(&fleet, &PlanWish::default());
    assert_eq!(requirement(&plan, "namespaces").needed, 3);
}

#[test]
fn a_wish_that_is_too_small_is_said() {
    let plan = planned(
        &fleet(
            vec![cluster("ap-shanghai", "vpc-a", 1), cluster("ap-hongkong", "vpc-b", 1)],
            vec![],
        ),
        &up_to(Tier::Basic),
    );
    assert!(plan.is_complete(), "two instances, each copied to: {:?}", plan.unmet);
    let vpcs = (0..4).map(|it| cluster("ap-shanghai", &format!("vpc-{it}"), 1)).collect();
    let plan = planned(&fleet(vpcs, vec![]), &up_to(Tier::Basic));
    assert!(plan.unmet[0].ends_with("the standard edition has them"), "{:?}", plan.unmet);
    assert!(commands(&plan)[0].ends_with("--RegistryName NAME --RegistryType basic"));
    assert!(plan.steps[0].what.ends_with("NAME is yours to choose"), "{}", plan.steps[0].what);
}

#[test]
fn an_edition_that_is_new_is_not_upgraded() {
    let held = instance("prod", "ap-shanghai", InstanceKind::Other("ultra".to_owned()));
    let vpcs = (0..6).map(|it| cluster("ap-shanghai", &format!("vpc-{it}"), 1)).collect();
    let plan = planned(&fleet(vpcs, vec![held]), &PlanWish::default());
    assert_eq!(requirement(&plan, "VPC links").have, None);
    assert!(commands(&plan).iter().all(|line| !line.contains("ModifyInstance")));
}

#[test]
fn names_from_the_api_stay_out_of_paths_and_shells() {
    let held = instance("../x; rm", "ap-shanghai", InstanceKind::Basic);
    let plan =
        planned(&fleet(vec![cluster("ap-shanghai", "$(id)", 1)], vec![held]), &PlanWish::default());
    assert_eq!(plan.mappings[0].file, "ap-shanghai.yaml");
    assert_eq!(
        commands(&plan)[0],
        "docker ccr2tcr network apply --tcr-name '../x; rm' --vpc '$(id)'"
    );
}

#[test]
fn a_mapping_file_reads_back_with_all_that_was_given() {
    let mut fleet = fleet(Vec::new(), Vec::new());
    let bad = CcrNamespace { name: "team_a__x".to_owned(), repositories: vec![], tags: 0 };
    fleet.ccr[0].namespaces.push(bad);
    let given = ["dev/*=platform/dev/*", "hkccr:shop=shop-hk"].map(|rule| rule.parse().unwrap());
    let given = Mapping::new(given.into()).excluding(vec!["scratch/*:pr-*".parse().unwrap()]);
    let names = plan_names(&fleet.ccr, &given, None);
    for main in [None, Some("prod".to_owned())] {
        let host: crate::image::Host = "registry.example.com".parse().unwrap();
        let wish = PlanWish {
            main: main.clone(),
            host: Some(host.clone()),
            ccr_hosts: vec!["ccr.corp.example".parse().unwrap()],
            ..PlanWish::default()
        };
        let plan = InstancePlan::new(&fleet, &names, &wish);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(&plan.mappings[0].file);
        std::fs::write(&path, &plan.mappings[0].content).unwrap();
        let read = MappingFile::read(&path).unwrap();
        assert_eq!((read.tcr_name, read.tcr_host), (main, Some(host)));
        assert_eq!(read.ccr_hosts, wish.ccr_hosts);
        assert_eq!(read.tcr_region, Some(Region::guangzhou()));
        assert_eq!(read.ccr_regions, [Region::guangzhou()]);
        assert_eq!(read.rules, names.mapping.rules());
        assert_eq!(read.rules.len(), 3);
        assert_eq!(read.excludes, names.mapping.excludes());
    }
}
