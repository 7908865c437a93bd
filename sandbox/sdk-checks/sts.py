#!/usr/bin/env python3
"""Tencent's own SDK asks STS:  tcr-sandbox --account sdk-checks/user.yaml -- python3 sdk-checks/sts.py"""

from tencentcloud.common import credential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.sts.v20180813 import sts_client
from tencentcloud.tcr.v20190924 import tcr_client

from sdk import REGION, Service, check

STS = Service("sts", "v20180813", "StsClient")
TCR = Service("tcr", "v20190924", "TcrClient")
sts = STS.client()
OWNER, USER = "100000000001", "100000000002"

me = STS.call(sts, "GetCallerIdentity")
check(f"a user: {me.Arn}", me.Arn == f"qcs::cam::uin/{OWNER}:uin/{USER}")
check("  of the account", me.AccountId == OWNER and me.UserId == USER and me.PrincipalId == USER)
check("  by its type", me.Type == "CAMUser")

arn = f"qcs::cam::uin/{OWNER}:roleName/ci"
answer = STS.call(sts, "AssumeRole", RoleArn=arn, RoleSessionName="build", DurationSeconds=900)
held = answer.Credentials
check("a role's key", bool(held.TmpSecretId and held.TmpSecretKey and held.Token))
check("  that expires", answer.ExpiredTime > 0 and bool(answer.Expiration))


def with_role(service, make):
    profile = ClientProfile(
        httpProfile=HttpProfile(protocol=service._protocol, endpoint=service._host), language="en-US")
    return make(credential.Credential(held.TmpSecretId, held.TmpSecretKey, held.Token), REGION, profile)


role = STS.call(with_role(STS, sts_client.StsClient), "GetCallerIdentity")
check(f"a role: {role.Arn}", ":assumed-role/ci/build" in role.Arn and role.Type == "CAMRole")
check("  UserId is its id and session", role.UserId.endswith(":build") and role.UserId.split(":")[0].isdigit())
check("  the account's", role.AccountId == OWNER and role.PrincipalId == USER)
tcr = with_role(TCR, tcr_client.TcrClient)
check("a role has its own policies", TCR.call(tcr, "DescribeInstances").TotalCount == 1)
TCR.refused("UnauthorizedOperation", tcr, "DescribeNamespaces", RegistryId="tcr-12345678")
STS.refused("MissingParameter", sts, "AssumeRole", RoleArn=arn)
check("a user of the account signs in as itself", TCR.call(TCR.client(), "DescribeInstances").TotalCount == 1)
