//! The answers that the API is known to give.

use std::sync::Arc;

use serde_json::json;

use super::*;
use crate::tencent::{Api, Refusal};

fn answering(answer: Result<Value, &'static str>) -> Enterprise {
    let api = Api::scripted(Arc::new(move |action, _| {
        answer.clone().map_err(|code| {
            ApiError::Refused(Box::new(Refusal {
                action: action.to_owned(),
                code: code.to_owned(),
                message: String::new(),
                request_id: None,
                service: "tcr",
                region: String::new(),
                origin: String::new(),
                clock_ahead: None,
            }))
        })
    }));
    Enterprise { api, registry_id: "tcr-1".to_owned() }
}

#[tokio::test]
async fn a_link_has_its_address_late_and_in_two_places() {
    for none in [json!({"AccessVpcSet": null, "TotalCount": 0}), json!({"AccessVpcSet": []})] {
        assert_eq!(answering(Ok(none)).links().await.unwrap(), []);
    }
    let list = json!({"AccessVpcSet": [
        {"VpcId": "vpc-1", "SubnetId": "subnet-1", "Status": "Running", "AccessIp": ""},
        {"VpcId": "vpc-2", "SubnetId": "subnet-2", "Status": "Running", "AccessIp": "10.0.0.5"},
        {"VpcId": "vpc-3", "SubnetId": "subnet-3", "Status": "Running", "EniLBIp": "10.1.0.5"},
        {"VpcId": "vpc-4", "SubnetId": "subnet-4", "Status": "", "AccessIp": "10.2.0.5"},
    ]});
    let links = answering(Ok(list)).links().await.unwrap();
    let ready: Vec<bool> = links.iter().map(Link::is_ready).collect();
    assert_eq!(ready, [false, true, true, false]);
    assert_eq!(links[2].address.as_deref(), Some("10.1.0.5"));
}

#[tokio::test]
async fn a_name_is_asked_for_alone_and_answered_in_many_words() {
    let link = |address: Option<&str>| Link {
        vpc: "vpc-1".to_owned(),
        subnet: "subnet-1".to_owned(),
        status: "Running".to_owned(),
        address: address.map(str::to_owned),
    };
    for (word, status) in [
        ("ENABLED", DnsStatus::Enabled),
        ("ENABLE", DnsStatus::Enabled),
        ("Enabled", DnsStatus::Enabled),
        ("DISABLE", DnsStatus::Disabled),
        ("DISABLED", DnsStatus::Disabled),
        ("ERROR", DnsStatus::Error),
        ("PENDING", DnsStatus::Other("PENDING".to_owned())),
    ] {
        let api = Api::scripted(Arc::new(move |_, asked| {
            assert_eq!(
                *asked,
                json!({"VpcSet": [{"InstanceId": "tcr-1", "VpcId": "vpc-1", "EniLBIp": "10.0.0.5",
                    "UsePublicDomain": true, "RegionName": "ap-guangzhou"}]})
            );
            Ok(json!({"VpcSet": [{"Region": "ap-guangzhou", "VpcId": "vpc-1", "Status": word}]}))
        }));
        let enterprise = Enterprise { api, registry_id: "tcr-1".to_owned() };
        let ready = link(Some("10.0.0.5"));
        let found = enterprise.dns_status(&ready, LinkDomain::Default, None).await.unwrap();
        assert_eq!(found, status, "{word}");
        let fresh = enterprise.dns_status(&link(None), LinkDomain::Vpc, None).await.unwrap();
        assert_eq!(fresh, DnsStatus::Disabled, "nothing is sent without an address");
    }
}

#[tokio::test]
async fn a_closed_entry_has_no_list_and_an_open_one_must() {
    for (code, state) in [
        ("FailedOperation.GetSecurityPolicyFail", EntryState::Closed),
        ("ResourceNotFound", EntryState::Opening),
        ("ResourceNotFound", EntryState::Other("New".to_owned())),
    ] {
        assert_eq!(answering(Err(code)).allowlist(&state).await.unwrap(), None, "{code}");
    }
    assert!(answering(Err("ResourceNotFound")).allowlist(&EntryState::Opened).await.is_err());
    assert!(answering(Err("UnauthorizedOperation")).allowlist(&EntryState::Closed).await.is_err());
    let none = answering(Ok(json!({"SecurityPolicySet": null})));
    assert_eq!(none.allowlist(&EntryState::Opened).await.unwrap(), Some(Vec::new()));
}
