#!/usr/bin/env python3
"""Runs Tencent's own SDK, unmodified, against the sandbox:  tcr-sandbox -- python3 sdk-checks/tcr.py

It needs tencentcloud-sdk-python-tcr, and the shipped account (3 repositories of 120 tags in `ci`).
One line for each thing that holds; the first that doesn't ends the run with code 1.
"""

import os
import time
from concurrent.futures import ThreadPoolExecutor

from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException

from sdk import ID, KEY, Service, check

TCR = Service("tcr", "v20190924", "TcrClient")
models, client, call, refused = TCR.models, TCR.client, TCR.call, TCR.refused

ccr, tcr = client(region="ap-guangzhou"), client()

# Personal Edition: Offset counts items.
answer = call(ccr, "DescribeNamespacePersonal", Namespace="", Limit=100, Offset=0).Data
names = [item.Namespace for item in answer.NamespaceInfo]
check(f"personal namespaces {names}", "shop" in names and answer.NamespaceCount == len(names))

repositories, total = [], None
while total is None or len(repositories) < total:
    answer = call(ccr, "DescribeRepositoryOwnerPersonal", Offset=len(repositories), Limit=5).Data
    repositories += answer.RepoInfo
    total = answer.TotalCount
check(f"{total} personal repositories in pages of 5", len({r.RepoName for r in repositories}) == total)
check(f"the registry is {answer.Server}", answer.Server in os.environ["CCR_HOST"].split(","))

many = [repository for repository in repositories if repository.RepoName.startswith("ci/")]
check("3 repositories count 120 tags", [r.TagCount for r in many] == [120] * 3)
for repository in many:
    tags = []
    for offset in (0, 100):
        answer = call(ccr, "DescribeImagePersonal", RepoName=repository.RepoName, Offset=offset, Limit=100)
        tags += answer.Data.TagInfo
    found = len({tag.TagName for tag in tags})
    check(f"{repository.RepoName}: {found} tags in 2 pages", found == 120 == answer.Data.TagCount)
    times = [tag.PushTime for tag in tags]
    check("  not in push order", times != sorted(times) and times != sorted(times, reverse=True))

answer = call(ccr, "DescribeImagePersonal", RepoName="ci/build-web", Offset=0, Limit=1000).Data
check("a page holds 100 at most", len(answer.TagInfo) == 100)
quota = call(ccr, "DescribeUserQuotaPersonal").Data.LimitInfo
check("the quota is told", {item.Type for item in quota} == {"namespace", "repo", "tag"})
refused("ResourceNotFound.ErrNoUser", client(region="ap-hongkong"), "DescribeNamespacePersonal",
        Namespace="", Limit=10, Offset=0)
refused("ResourceNotFound.ErrNoRepo", ccr, "DescribeImagePersonal", RepoName="shop/nothing")

# Enterprise Edition: Offset counts pages.
instance = call(tcr, "DescribeInstances").Registries[0]
registry = {"RegistryId": instance.RegistryId}
check(f"instance {instance.RegistryName} at {instance.PublicDomain}", instance.Status == "Running")
check("no instance elsewhere is null", call(client(region="ap-beijing"), "DescribeInstances").Registries is None)
everywhere = call(client(region="ap-beijing"), "DescribeInstances", AllRegion=True)
check("AllRegion finds it", everywhere.TotalCount == 1)
refused("ResourceNotFound", client(region="ap-beijing"), "DescribeNamespaces", **registry)

name = f"sdk-{int(time.time())}"
call(tcr, "CreateNamespace", NamespaceName=name, IsPublic=True, **registry)
found = call(tcr, "DescribeNamespaces", NamespaceName=name, Offset=1, Limit=100, **registry)
check(f"namespace {name} was made, public", [n.Public for n in found.NamespaceList] == [True])
codes = []
for _ in range(2):
    try:
        call(tcr, "CreateNamespace", NamespaceName=name, IsPublic=True, **registry)
    except TencentCloudSDKException as error:
        codes.append(error.code)
check(f"once more is a conflict: {codes}", sorted(codes) == [
    "FailedOperation.ErrorTcrResourceConflict", "InternalError.ErrorTcrResourceConflict"])
refused("InvalidParameter.ErrorTcrInvalidParameter", tcr, "CreateNamespace",
        NamespaceName="team_a__x", IsPublic=False, **registry)
for number in range(15):
    call(tcr, "CreateNamespace", NamespaceName=f"{name}.{number}", IsPublic=False, **registry)
pages = [call(tcr, "DescribeNamespaces", NamespaceName=name, Offset=page, Limit=10, **registry)
         for page in (0, 1, 2)]
lists = [[n.Name for n in page.NamespaceList] for page in pages]
check("page 0 is page 1, and page 2 is the rest",
      lists[0] == lists[1] and len(lists[1]) == 10 and len(lists[2]) == 6)
call(tcr, "CreateRepository", NamespaceName=name, RepositoryName="a/b", Description="text", **registry)
listed = call(tcr, "DescribeRepositories", NamespaceName=name, Offset=1, Limit=100, **registry)
check("a repository is named with its namespace", listed.RepositoryList[0].Name == f"{name}/a/b")
images = call(tcr, "DescribeImages", NamespaceName="existing", RepositoryName="tool",
              ImageVersion="v1", ExactMatch=True, **registry)
check("an image is found by its tag", images.ImageInfoList[0].Digest.startswith("sha256:"))
manifest = call(tcr, "DescribeImageManifests", NamespaceName="existing", RepositoryName="tool",
                ImageVersion="v1", **registry)
check("its manifest is text", '"layers"' in manifest.Manifest)
token = call(tcr, "CreateInstanceToken", TokenType="temp", **registry)
check("a token lasts an hour, in milliseconds", 3590e3 < token.ExpTime - time.time() * 1000 <= 3600e3)
check("a temporary token has no id", token.TokenId == "" and token.Token.count(".") == 2)
hooks = call(tcr, "DescribeWebhookTrigger", Offset=1, Limit=10, **registry)
check("the webhook is listed", hooks.Triggers[0].Name == "deploy")
rules = call(tcr, "DescribeImmutableTagRules", Page=1, PageSize=100, **registry)
check("there are no immutable rules", rules.Total == 0 and rules.Rules is None)

# Who may, and how often.
refused("AuthFailure.SignatureFailure", client(secret_key="wrong"), "DescribeInstances")
refused("AuthFailure.SecretIdNotFound", client(secret_id="AKIDnobody"), "DescribeInstances")
refused("UnsupportedRegion", client(region="mars"), "DescribeInstances")
refused("MissingParameter", tcr, "DescribeNamespaces")


def is_limited(_):
    try:
        call(ccr, "DescribeUserQuotaPersonal")
    except TencentCloudSDKException as error:
        return error.code == "RequestLimitExceeded"
    return False


# A busy machine may take longer than a second for 30 calls.
for _ in range(5):
    time.sleep(1)
    with ThreadPoolExecutor(30) as threads:
        limited = sum(threads.map(is_limited, range(30)))
    if limited:
        break
check(f"of 30 calls at once {limited} were over the rate of 20 a second", 0 < limited <= 10)
