//! The Enterprise Edition against a server that answers as the official examples do.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use serde_json::json;

use super::*;
use crate::tencent::api::test_server::{Asked, Reply, Server};
use crate::tencent::{ApiError, Region};

fn instance(server: &Server) -> Enterprise {
    let api = server.api();
    Enterprise { api, registry_id: "tcr-1".to_owned() }
}

fn namespaces(names: &[&str]) -> Reply {
    let list: Vec<_> = names.iter().map(|name| json!({"Name": name, "Public": "false"})).collect();
    Reply::ok(json!({"NamespaceList": list, "TotalCount": names.len()}))
}

#[tokio::test]
async fn an_instance_is_asked_in_its_own_region() {
    let server = Server::start(|asked| match asked.action() {
        "DescribeInstances" => Reply::ok(serde_json::from_str(r#"{"Registries":[{"CreatedAt":"2024-07-19T15:33:22+08:00","DeletionProtection":true,"EnableAnonymous":true,"ExpiredAt":"","InternalEndpoint":"10.1.66.46","PayMod":0,"PublicDomain":"nicokang-tcr-gz.tencentcloudcr.com","RegionId":1,"RegionName":"ap-shanghai","RegistryId":"tcr-dg284imq","RegistryName":"nicokang-tcr-gz","RegistryType":"premium","RenewFlag":0,"Status":"Running","TokenValidTime":87600}],"TotalCount":1}"#).unwrap()),
        _ => namespaces(&[]),
    })
    .await;
    let api = server.api();
    let found = instances(&api, true).await.unwrap();
    let instance = &found.items[0];
    assert_eq!((instance.id.as_str(), &instance.kind), ("tcr-dg284imq", &InstanceKind::Premium));
    assert_eq!(
        instance.public_domain.as_ref().unwrap().as_str(),
        "nicokang-tcr-gz.tencentcloudcr.com"
    );
    assert!(instance.is_running() && instance.anonymous);
    assert_eq!(server.asked()[0].json()["AllRegion"], true);

    let enterprise = Enterprise::new(&api, instance);
    enterprise.namespaces().await.unwrap();
    let asked = &server.asked()[1];
    assert_eq!(asked.headers["x-tc-region"], "ap-shanghai");
    assert_eq!(asked.json(), json!({"RegistryId": "tcr-dg284imq", "Offset": 1, "Limit": 100}));
    assert_eq!(api.calls(), 2, "clients of all regions are counted together");
}

#[test]
fn an_endpoint_follows_the_region_unless_it_was_chosen() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let server = Server::start(|_| namespaces(&[])).await;
        let elsewhere = server.api().with_region("ap-shanghai-fsi".parse::<Region>().unwrap());
        Enterprise { api: elsewhere, registry_id: "tcr-1".to_owned() }.namespaces().await.unwrap();
        assert_eq!(server.asked().len(), 1, "the chosen endpoint is kept");
    });
}

#[tokio::test]
async fn namespaces_tell_what_a_copy_must_know() {
    let server = Server::start(|_| Reply::ok(serde_json::from_str(r#"{"NamespaceList":[{"Public":true,"Name":"ns1","CreationTime":"2020-09-22T00:00:00+00:00","NamespaceId":"1","TagSpecification":{"ResourceType":"namespace","Tags":null},"Metadata":null,"AutoScan":true,"PreventVUL":true,"Severity":"low"}],"TotalCount":1}"#).unwrap())).await;
    let listing = instance(&server).namespaces().await.unwrap();
    let namespace = &listing.items[0];
    assert_eq!((namespace.id, namespace.public), (1, true));
    assert!(namespace.prevents_vulnerable);
    assert_eq!(namespace.severity.as_deref(), Some("low"));
}

#[tokio::test]
async fn a_new_namespace_is_new() {
    let server = Server::start(|_| Reply::ok(json!({}))).await;
    let created = instance(&server).create_namespace("dev", false).await.unwrap();
    assert_eq!(created, Created::New);
    let asked = server.asked()[0].json();
    assert_eq!(asked, json!({"RegistryId": "tcr-1", "NamespaceName": "dev", "IsPublic": false}));
}

#[tokio::test]
async fn a_conflict_is_believed_only_for_the_exact_name() {
    for code in
        ["FailedOperation.ErrorTcrResourceConflict", "InternalError.ErrorTcrResourceConflict"]
    {
        let server = Server::start(move |asked| match asked.action() {
            "CreateNamespace" => Reply::error(code, "project named dev already exists"),
            _ => namespaces(&["dev-a", "dev"]),
        })
        .await;
        let created = instance(&server).create_namespace("dev", false).await.unwrap();
        assert_eq!(created, Created::Existed);
        assert_eq!(server.asked()[1].json()["NamespaceName"], "dev");

        // The filter is fuzzy: `dev-a` alone proves nothing.
        let error = instance(&server).create_namespace("de", false).await.unwrap_err();
        assert!(matches!(error, ApiError::Hidden { .. }), "{error}");
        assert!(error.is_already_exists());
        assert_eq!(error.request_id(), Some("r-1"));
        assert!(error.hint().unwrap().contains("--map"));
    }
}

#[tokio::test]
async fn after_a_lost_answer_it_looks_before_it_creates_again() {
    // The namespace was made, but the connection broke.
    let made = AtomicBool::new(false);
    let server = Server::start(move |asked| match asked.action() {
        "CreateNamespace" => {
            made.store(true, Ordering::Relaxed);
            Reply::Cut
        }
        _ if made.load(Ordering::Relaxed) => namespaces(&["dev"]),
        _ => namespaces(&[]),
    })
    .await;
    let created = instance(&server).create_namespace("dev", false).await.unwrap();
    assert_eq!(created, Created::Existed);
    assert_eq!(server.actions(), ["CreateNamespace", "DescribeNamespaces"]);

    // It was not made.
    let calls = AtomicU64::new(0);
    let server = Server::start(move |asked| match asked.action() {
        "CreateNamespace" if calls.fetch_add(1, Ordering::Relaxed) == 0 => Reply::Cut,
        "CreateNamespace" => Reply::ok(json!({})),
        _ => namespaces(&[]),
    })
    .await;
    let created = instance(&server).create_namespace("dev", false).await.unwrap();
    assert_eq!(created, Created::New);
    assert_eq!(server.actions(), ["CreateNamespace", "DescribeNamespaces", "CreateNamespace"]);
}

#[tokio::test]
async fn a_missing_permission_is_told_at_once() {
    let server = Server::start(|_| Reply::error("UnauthorizedOperation", "not you")).await;
    let error = instance(&server).create_namespace("dev", false).await.unwrap_err();
    assert!(error.is_permission());
    assert_eq!(server.asked().len(), 1);
    assert!(error.hint().unwrap().contains("tcr:CreateNamespace"));
}

#[tokio::test]
async fn repositories_have_their_whole_name() {
    let server = Server::start(|_| Reply::ok(serde_json::from_str(r#"{"RepositoryList":[{"BriefDescription":"busybox","CreationTime":"2024-12-10 14:30:36.806284 +0000 UTC","Description":null,"Name":"multi-arch/busybox","Namespace":"multi-arch","Public":false,"UpdateTime":"2024-12-10 14:30:36.806284 +0000 UTC"},{"Name":"a/b","Namespace":"group"}],"TotalCount":2}"#).unwrap())).await;
    let listing = instance(&server).repositories().await.unwrap();
    assert_eq!(listing.items[0].name, "multi-arch/busybox");
    assert_eq!(listing.items[0].brief_description, "busybox");
    assert_eq!(listing.items[0].updated.unwrap().to_string(), "2024-12-10T14:30:36.806284Z");
    assert_eq!(listing.items[1].name, "group/a/b");
}

#[tokio::test]
async fn a_repository_is_created_and_described() {
    let server = Server::start(|asked| match asked.action() {
        "CreateRepository" => Reply::error("InternalError.ErrorTcrResourceConflict", "exists"),
        "DescribeRepositories" => Reply::ok(json!({"TotalCount": 1,
            "RepositoryList": [{"Name": "ns/a/b", "Namespace": "ns"}]})),
        _ => Reply::ok(json!({})),
    })
    .await;
    let enterprise = instance(&server);
    let created = enterprise.create_repository("ns", "a/b", "brief", "long").await.unwrap();
    assert_eq!(created, Created::Existed);
    enterprise.modify_repository("ns", "a/b", "brief", "long").await.unwrap();
    let asked = server.asked().pop().unwrap().json();
    assert_eq!(
        (&asked["BriefDescription"], &asked["Description"]),
        (&json!("brief"), &json!("long"))
    );
}

#[tokio::test]
async fn a_manifest_without_tag_is_no_tag_and_not_missing() {
    let digest = "sha256:a1801b843b1bfaf77c501e7a6d3f709401a1e0c83863037fa3aab063a7fdb9dc";
    let server = Server::start(move |_| {
        Reply::ok(json!({"TotalCount": 3, "ImageInfoList": [
            {"Digest": digest, "ImageVersion": "8", "Size": "83520757", "UpdateTime": "2022-08-06T07:31:01.207374Z"},
            {"Digest": digest, "ImageVersion": ""},
            {"Digest": digest, "ImageVersion": digest}]}))
    })
    .await;
    let listing = instance(&server).images("ns", "repo").await.unwrap();
    assert!(listing.is_complete(), "{listing:?}");
    assert_eq!(listing.items.len(), 1);
    let image = &listing.items[0];
    assert_eq!((image.tag.as_str(), image.size), ("8", 83_520_757));
    assert_eq!(image.digest.as_ref().unwrap().as_str(), digest);
    assert!(image.pushed.is_some());
}

#[tokio::test]
async fn images_are_read_by_page_number() {
    let server = Server::start(|asked: &Asked| {
        let number = asked.json()["Offset"].as_u64().unwrap();
        let begin = (number.max(1) - 1) * 100;
        let list: Vec<_> = (begin..(begin + 100).min(250))
            .map(|index| json!({"ImageVersion": format!("v{index}"), "Digest": ""}))
            .collect();
        Reply::ok(json!({"TotalCount": 250, "ImageInfoList": list}))
    })
    .await;
    let listing = instance(&server).images("ns", "repo").await.unwrap();
    assert_eq!((listing.items.len(), listing.is_complete()), (250, true));
    assert_eq!(server.asked().len(), 3);
}

#[tokio::test]
async fn a_token_says_when_it_runs_out() {
    let server = Server::start(|asked| {
        let id = if asked.json()["TokenType"] == "longterm" { "ctrm3g86h7cp1kb7el2g" } else { "" };
        Reply::ok(json!({"ExpTime": 1_735_880_997_750_u64, "Token": "hunter2", "TokenId": id,
            "Username": "100036950234"}))
    })
    .await;
    let enterprise = instance(&server);
    let token = enterprise.create_token(&TokenKind::Temporary).await.unwrap();
    assert_eq!((token.username.as_str(), token.id.as_deref()), ("100036950234", None));
    assert_eq!(token.expires.to_string(), "2025-01-03T05:09:57Z", "no fractions");
    assert!(!format!("{token:?}").contains("hunter2"));
    let description = "for the cluster".to_owned();
    let token = enterprise.create_token(&TokenKind::LongTerm { description }).await.unwrap();
    assert_eq!(token.id.as_deref(), Some("ctrm3g86h7cp1kb7el2g"));
    assert_eq!(server.asked()[1].json()["Desc"], "for the cluster");
}

#[tokio::test]
async fn only_a_temporary_token_is_asked_for_twice() {
    let kinds =
        [(TokenKind::Temporary, 4), (TokenKind::LongTerm { description: String::new() }, 1)];
    for (kind, calls) in kinds {
        let server = Server::start(|_| Reply::Cut).await;
        instance(&server).create_token(&kind).await.unwrap_err();
        assert_eq!(server.asked().len(), calls, "{kind:?}");
    }
}

#[tokio::test]
async fn a_password_that_can_not_be_read_is_not_shown() {
    let answer = json!({"Name": "tcr$a", "Password": 8_675_309});
    let server = Server::start(move |_| Reply::ok(answer.clone())).await;
    let enterprise = instance(&server);
    let error = enterprise.create_service_account("a", &["n"], false, None, "").await.unwrap_err();
    assert!(matches!(error, ApiError::Unreadable { .. }));
    assert!(!format!("{error} {error:?}").contains("8675309"), "{error}");
}

#[tokio::test]
async fn a_service_account_may_do_what_was_asked() {
    let server = Server::start(|_| {
        Reply::ok(json!({"CreateTime": "2025-01-03T11:00:19+08:00", "Password": "hunter2",
            "ExpiresAt": 1_736_737_219_170_u64, "Name": "tcr$pull"}))
    })
    .await;
    let enterprise = instance(&server);
    let account =
        enterprise.create_service_account("pull", &["a", "b"], false, Some(10), "").await.unwrap();
    assert_eq!(account.name, "tcr$pull");
    assert_eq!(account.expires.unwrap().to_string(), "2025-01-13T03:00:19Z");
    let asked = server.asked()[0].json();
    let pull = json!(["tcr:PullRepository"]);
    assert_eq!(asked["Permissions"][1], json!({"Resource": "b", "Actions": pull}));
    assert_eq!(asked["Duration"], 10);
    enterprise.create_service_account("push", &["a"], true, None, "").await.unwrap();
    let asked = server.asked()[1].json();
    assert_eq!(asked["Permissions"][0]["Actions"][1], "tcr:PushRepository");
    assert!(asked.get("Duration").is_none());
}

#[tokio::test]
async fn rules_and_webhooks_tell_what_to_warn_of() {
    let server = Server::start(|asked| Reply::ok(match asked.action() {
        "DescribeWebhookTrigger" => json!({"TotalCount": 1, "Triggers": [{"Condition": "golang",
            "Enabled": true, "EventTypes": ["pushImage"], "Id": 2, "Name": "tirgger", "NamespaceId": 1,
            "Targets": [{"Address": "http://u:p@hook.example:8080/x?token=hunter2", "Headers": null}]}]}),
        "DescribeImmutableTagRules" => json!({"Rules": [{"TagDecoration": "matches", "RuleId": 19,
            "Disabled": false, "RepositoryDecoration": "repoMatches", "RepositoryPattern": "**",
            "TagPattern": "**", "NsName": "kofj"}], "EmptyNs": ["library"], "Total": 1}),
        _ => json!({"RetentionPolicyList": [{"AdvancedRuleItems": [{"RepositoryFilter":
            {"Decoration": "repoMatches", "Pattern": "*1"}, "RetentionPolicy": {"Key": "latestPushedK",
            "Value": 7}}], "CronSetting": "daily", "Disabled": true, "NamespaceName": "dev",
            "NextExecutionTime": "0001-01-01T00:00:00Z", "RetentionId": 2,
            "RetentionRuleList": [{"Key": "latestPushedK", "Value": 7}]}], "TotalCount": 1}),
    }))
    .await;
    let enterprise = instance(&server);
    let webhooks = enterprise.webhooks().await.unwrap();
    assert_eq!(webhooks.items[0].hosts, ["hook.example:8080"]);
    assert_eq!(webhooks.items[0].namespace, "#1");
    assert!(!format!("{webhooks:?}").contains("hunter2"));
    let immutable = enterprise.immutable_rules().await.unwrap();
    assert!(immutable.is_complete(), "the count is called Total here");
    assert_eq!(immutable.items[0].namespace, "kofj");
    assert_eq!(server.asked()[1].json()["PageSize"], 100);
    let retention = enterprise.retention_rules().await.unwrap();
    let rule = crate::tencent::RetentionRule { key: "latestPushedK".to_owned(), value: 7 };
    assert_eq!(retention.items[0].rules, [rule]);
    assert!(retention.items[0].disabled);
}

#[tokio::test]
async fn every_call_can_be_spawned() {
    fn is_send<T: Send>(_: &T) {}
    let server = Server::start(|_| namespaces(&[])).await;
    let enterprise = instance(&server);
    is_send(&enterprise.namespaces());
    is_send(&enterprise.images("a", "b"));
    is_send(&enterprise.create_namespace("a", false));
    is_send(&enterprise.create_repository("a", "b", "", ""));
    let personal = crate::tencent::Personal::new(enterprise.api().clone());
    is_send(&personal.tags("a/b"));
    is_send(&personal.repositories());
    is_send(&instances(personal.api(), true));
    tokio::spawn(async move { enterprise.namespaces().await }).await.unwrap().unwrap();
}
