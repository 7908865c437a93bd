#!/usr/bin/env python3
"""Tencent's own SDK asks CAM:  tcr-sandbox --account sdk-checks/user.yaml -- python3 sdk-checks/cam.py"""

import json

from sdk import Service, check

CAM = Service("cam", "v20190116", "CamClient")
TCR = Service("tcr", "v20190924", "TcrClient")
cam, tcr = CAM.client(region=""), TCR.client()
USER = 100000000002

answer = CAM.call(cam, "GetUserAppId")
check(f"the key is {answer.Uin}'s", answer.Uin == str(USER) and answer.OwnerUin == "100000000001")

answer = CAM.call(cam, "ListAttachedUserAllPolicies", TargetUin=USER, Page=1, Rp=20, AttachType=0)
names = {policy.PolicyName: policy for policy in answer.PolicyList}
check(f"{answer.TotalNum} policies: {sorted(names)}", sorted(names) == ["readers", "writers"] and answer.TotalNum == 2)
check("one of a group", [group.GroupName for group in names["readers"].Groups] == ["ops"])
check("an id is text here", isinstance(names["readers"].PolicyId, str))
for kind, expected in ((1, ["writers"]), (2, ["readers"])):
    answer = CAM.call(cam, "ListAttachedUserAllPolicies", TargetUin=USER, Page=1, Rp=20, AttachType=kind)
    check(f"AttachType {kind}", [policy.PolicyName for policy in answer.PolicyList] == expected)
answer = CAM.call(cam, "ListAttachedUserAllPolicies", TargetUin=USER, Page=2, Rp=1, AttachType=0)
check("pages count from 1", [policy.PolicyName for policy in answer.PolicyList] == ["writers"] and answer.TotalNum == 2)

answer = CAM.call(cam, "GetPolicy", PolicyId=int(names["writers"].PolicyId))
document = json.loads(answer.PolicyDocument)
check("a document is JSON in a text", document["version"] == "2.0")
check("  with its statements", [s["effect"] for s in document["statement"]] == ["allow", "deny", "allow"])
check("  and its name", answer.PolicyName == "writers" and answer.Type == 1)
answer = CAM.call(cam, "GetUserPermissionBoundary", TargetUin=USER)
check("the boundary", answer.PolicyName == "edge" and "tcr:*" in answer.PolicyDocument)
answer = CAM.call(cam, "ListAttachedRolePolicies", RoleName="ci", Page=1, Rp=20)
check("a role's policy", [policy.PolicyName for policy in answer.List] == ["pull"])
check("an id is a number here", isinstance(answer.List[0].PolicyId, int))
CAM.refused("ResourceNotFound.PolicyIdNotFound", cam, "GetPolicy", PolicyId=1)
CAM.refused("ResourceNotFound.UserNotExist", cam, "ListAttachedUserAllPolicies",
            TargetUin=7, Page=1, Rp=20, AttachType=0)
CAM.refused("InvalidParameter.RoleNotExist", cam, "ListAttachedRolePolicies", RoleName="x", Page=1, Rp=20)
CAM.refused("MissingParameter", cam, "ListAttachedUserAllPolicies", TargetUin=USER, Page=1, Rp=20)

# What the policies say is enforced, resource by resource.
registry = {"RegistryId": "tcr-12345678"}
TCR.call(tcr, "CreateNamespace", NamespaceName="docs", IsPublic=False, **registry)
check("granted on the instance's content", True)
TCR.refused("UnauthorizedOperation", tcr, "CreateNamespace", NamespaceName="ops", IsPublic=False, **registry)
TCR.call(tcr, "CreateInstanceToken", **registry)
check("granted on the instance", True)
account = {"Name": "ci", "Permissions": [{"Resource": "shop", "Actions": ["tcr:PullRepository"]}]}
TCR.refused("UnauthorizedOperation", tcr, "CreateServiceAccount", **account, **registry)
TCR.refused("UnauthorizedOperation", tcr, "DeleteInstanceToken", TokenId="x", **registry)
