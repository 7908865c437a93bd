//! The Personal Edition's answers, from the official examples.

use super::*;
use crate::tencent::api::test_server::{Reply, Server};

async fn server(answer: &'static str) -> Server {
    Server::start(move |_| Reply::ok(serde_json::from_str(answer).unwrap())).await
}

#[tokio::test]
async fn namespaces_come_with_their_count() {
    let server = server(
        r#"{"Data":{"NamespaceCount":1,"NamespaceInfo":[{"CreationTime":"2024-06-22 10:37:26","Namespace":"nicokang","RepoCount":"10"}]}}"#,
    )
    .await;
    let listing = Personal::new(server.api()).namespaces().await.unwrap();
    assert!(listing.is_complete());
    assert_eq!((listing.items[0].name.as_str(), listing.items[0].repositories), ("nicokang", 10));
    let asked = server.asked()[0].json();
    assert_eq!(
        asked,
        json!({"Namespace": "", "Limit": 100, "Offset": 0}),
        "all three are required"
    );
}

#[tokio::test]
async fn repositories_come_with_their_registry() {
    let server = server(
        r#"{"Data":{"RepoInfo":[{"CreationTime":"2023-06-20 15:27:03","Description":"","FavorCount":0,"IsQcloudOfficial":false,"IsUserFavor":false,"Public":1,"PullCount":0,"RepoName":"richardgu/hyperkube","RepoType":"QCLOUD HUB","TagCount":423,"UpdateTime":"2024-12-30 11:47:17"}],"Server":"ccr.ccs.tencentyun.com","TotalCount":1}}"#,
    )
    .await;
    let found = Personal::new(server.api()).repositories().await.unwrap();
    assert_eq!(found.server.unwrap().as_str(), "ccr.ccs.tencentyun.com");
    let repository = &found.listing.items[0];
    assert_eq!((repository.name.as_str(), repository.tags), ("richardgu/hyperkube", 423));
    assert!(repository.public);
}

#[tokio::test]
async fn a_tag_has_the_digest_of_its_manifest() {
    let server = server(
        r#"{"Data":{"RepoName":"dockerhub/test","Server":"ccr.ccs.tencentyun.com","TagCount":1,"TagInfo":[{"Id":2089896,"TagName":"latest","TagId":"sha256:ad207667c53d9739f1f6c2d0f9eedf5237c969e7d11ef4bd3f4b23b68b5eac6c","ImageId":"sha256:db8493d07bbb3b91e989466825393fedd910d695ac6671ec7fc4ab636cf1aafd","Size":"128 MB","CreationTime":"2019-10-17 15:59:30 +0800 CST","DurationDays":"","Author":"","Architecture":"amd64","DockerVersion":"19.03.1","OS":"linux","UpdateTime":"2019-10-24 14:20:55 +0800 CST","PushTime":"2019-10-24 14:20:51 +0800 CST","SizeByte":128152591,"Kind":"Artifact::application/vnd.docker.distribution.manifest.v2+json"}]}}"#,
    )
    .await;
    let listing = Personal::new(server.api()).tags("dockerhub/test").await.unwrap();
    let tag = &listing.items[0];
    assert!(tag.digest.as_ref().unwrap().hex().starts_with("ad207667"));
    assert_eq!(tag.size, 128_152_591);
    assert_eq!(tag.pushed.unwrap().to_string(), "2019-10-24T06:20:51Z");
    assert!(tag.kind.as_ref().unwrap().starts_with("Artifact::"));
    assert_eq!(server.asked()[0].json()["RepoName"], "dockerhub/test");
}

#[tokio::test]
async fn tags_come_newest_push_first() {
    let server = server(
        r#"{"Data":{"TagCount":4,"TagInfo":[
            {"TagName":"old","PushTime":"2019-10-24 14:20:51 +0800 CST"},
            {"TagName":"unknown","PushTime":""},
            {"TagName":"new","PushTime":null,"UpdateTime":"2021-01-01T00:00:00Z","CreationTime":"2018-01-01 00:00:00"},
            {"TagName":"middle","CreationTime":"2020-01-01 00:00:00"}]}}"#,
    )
    .await;
    let listing = Personal::new(server.api()).tags("a/b").await.unwrap();
    let names: Vec<_> = listing.items.iter().map(|tag| tag.name.as_str()).collect();
    assert_eq!(names, ["new", "middle", "old", "unknown"]);
}

#[tokio::test]
async fn many_tags_are_read_by_offset() {
    let server = Server::start(|asked| {
        let offset = asked.json()["Offset"].as_u64().unwrap();
        let tags: Vec<_> = (offset..(offset + 100).min(230))
            .map(|index| json!({"TagName": format!("v{index}")}))
            .collect();
        Reply::ok(json!({"Data": {"TagCount": 230, "TagInfo": tags}}))
    })
    .await;
    let listing = Personal::new(server.api()).tags("a/b").await.unwrap();
    assert_eq!((listing.items.len(), listing.is_complete()), (230, true));
}

#[tokio::test]
async fn a_region_without_the_edition_is_told() {
    let server =
        Server::start(|_| Reply::error("ResourceNotFound.ErrNoUser", "user not found")).await;
    let error = Personal::new(server.api()).namespaces().await.unwrap_err();
    assert!(error.is_not_initialised() && !error.is_not_found());
    assert!(error.hint().unwrap().contains("ap-guangzhou"), "{error:?}");
    assert_eq!(server.asked().len(), 1, "asking again changes nothing");
}

#[tokio::test]
async fn an_answer_without_data_is_not_an_empty_account() {
    let server = server(r#"{"Data":{}}"#).await;
    let error = Personal::new(server.api()).repositories().await.unwrap_err();
    assert!(matches!(error, ApiError::Unreadable { .. }), "{error}");
    let server = self::server("{}").await;
    let error = Personal::new(server.api()).repositories().await.unwrap_err();
    assert!(error.to_string().contains("DescribeRepositoryOwnerPersonal"), "{error}");
    assert_eq!(error.request_id(), Some("r-1"));
}

#[tokio::test]
async fn an_account_without_repositories_is_empty() {
    let server = server(r#"{"Data":{"TotalCount":0,"RepoInfo":null,"Server":""}}"#).await;
    let found = Personal::new(server.api()).repositories().await.unwrap();
    assert!(found.listing.items.is_empty() && found.listing.is_complete());
    assert_eq!(found.server, None);
}

#[tokio::test]
async fn quota_and_privileges_are_read() {
    let server = Server::start(|asked| {
        Reply::ok(match asked.action() {
            "DescribeUserQuotaPersonal" => json!({"Data": {"LimitInfo": [
                {"Username": "20548499", "Type": "namespace", "Value": 10},
                {"Username": "20548499", "Type": "repo", "Value": "1000"}]}}),
            _ => json!({"Data": {"PrivilegeFiltered": true, "TotalCount": 0}}),
        })
    })
    .await;
    let personal = Personal::new(server.api());
    let quota = personal.quota().await.unwrap();
    assert_eq!((quota.namespaces, quota.repositories, quota.tags), (Some(10), Some(1000), None));
    assert!(personal.privilege_filtered().await.unwrap());
}
