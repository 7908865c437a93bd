#!/usr/bin/env python3
"""The network of an instance by Tencent's own SDK, in the order in which people set it:
tcr-sandbox --account accounts/network.yaml -- python3 sdk-checks/tcr_network.py"""

import time

from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException

from sdk import Service, check

TCR = Service("tcr", "v20190924", "TcrClient")
tcr = TCR.client()
call, refused = TCR.call, TCR.refused
instances = {i.RegistryName: i.RegistryId for i in call(tcr, "DescribeInstances").Registries}
demo = {"RegistryId": instances["demo"]}


def until(what, holds, seconds=10):
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.2)
    check(what, holds())


def link(vpc):
    found = call(tcr, "DescribeInternalEndpoints", **demo).AccessVpcSet or []
    return next((link for link in found if link.VpcId == vpc), None)


def manage(operation, vpc, **more):
    subnet = vpc.replace("vpc-", "subnet-")
    return dict(Operation=operation, VpcId=vpc, SubnetId=subnet, **demo, **more)


# Links.
refused("InternalError.DbError", tcr, "DescribeInternalEndpoints", RegistryId="tcr-none")
call(tcr, "ManageInternalEndpoint", **manage("Create", "vpc-prod"))
check("a fresh link isn't listed at once", link("vpc-prod") is None)
time.sleep(1)
refused("InternalError.ErrorConflict", tcr, "ManageInternalEndpoint", **manage("Create", "vpc-prod"))
seen = set()
call(tcr, "ManageInternalEndpoint", **manage("Create", "vpc-far", RegionName="ap-singapore"))


def is_ready():
    far = link("vpc-far")
    seen.add(far and (far.Status, bool(far.AccessIp)))
    return far and far.Status == "Running" and far.AccessIp


until("a replica's VPC is linked", is_ready)
check(f"through {seen}", {None, ("", False), ("Pending", False), ("Running", False)} <= seen)
time.sleep(1)
refused("InternalError.ErrorOverLimit", tcr, "ManageInternalEndpoint", **manage("Create", "vpc-four"))

# Names.
address = link("vpc-prod").AccessIp
tuple_of = {"InstanceId": demo["RegistryId"], "VpcId": "vpc-prod", "EniLBIp": address}


def status(public):
    asked = dict(tuple_of, UsePublicDomain=public, RegionName="ap-shanghai")
    return call(tcr, "DescribeInternalEndpointDnsStatus", VpcSet=[asked]).VpcSet[0].Status


check("no name at first", (status(True), status(False)) == ("DISABLED", "DISABLE"))
call(tcr, "CreateInternalEndpointDns", UsePublicDomain=True, **tuple_of)
refused("UnsupportedOperation.CreatePrivateZoneRecord", tcr, "CreateInternalEndpointDns",
        UsePublicDomain=True, **tuple_of)
until("the public name resolves", lambda: status(True) == "ENABLED")
check("the other is one of its own", status(False) == "DISABLE")
refused("InvalidParameter", tcr, "DescribeInternalEndpointDnsStatus", VpcSet=[])
refused("MissingParameter", tcr, "DescribeInternalEndpointDnsStatus",
        VpcSet=[dict(tuple_of, EniLBIp="")])
own = dict(tuple_of, VpcId="vpc-own", EniLBIp=link("vpc-own").AccessIp)
refused("UnsupportedOperation.ModifyPrivateZoneVpc", tcr, "CreateInternalEndpointDns", **own)
time.sleep(1)
refused("ResourceInsufficient.ErrorVpcDnsStatus", tcr, "ManageInternalEndpoint",
        **manage("Delete", "vpc-prod"))
call(tcr, "DeleteInternalEndpointDns", UsePublicDomain=True, **tuple_of)
until("the name is gone", lambda: status(True) == "DISABLED")
call(tcr, "ManageInternalEndpoint", **manage("Delete", "vpc-prod"))
until("the link is gone", lambda: link("vpc-prod") is None)
time.sleep(1)
refused("ResourceNotFound", tcr, "ManageInternalEndpoint", **manage("Delete", "vpc-prod"))

# The public entry.
state = lambda: call(tcr, "DescribeExternalEndpointStatus", **demo).Status
policies = lambda: call(tcr, "DescribeSecurityPolicies", **demo).SecurityPolicySet
rule = dict(CidrBlock="203.0.113.0/24", Description="office", **demo)
refused("FailedOperation.GetSecurityPolicyFail", tcr, "DescribeSecurityPolicies", **demo)
call(tcr, "ManageExternalEndpoint", Operation="Create", **demo)
call(tcr, "ManageExternalEndpoint", Operation="Create", **demo)
check("Create may be repeated", state() == "Opening")
refused("OperationDenied", tcr, "ManageExternalEndpoint", Operation="Delete", **demo)
refused("OperationDenied", tcr, "CreateSecurityPolicy", **rule)
refused("ResourceNotFound", tcr, "DescribeSecurityPolicies", **demo)
until("it opens", lambda: state() == "Opened")
check("nobody is let in at first", policies() is None)
refused("InvalidParameter", tcr, "CreateSecurityPolicy", **dict(rule, Description=""))
for cidr in ("203.0.113.0/24", "198.51.100.7", "203.0.113.0/24"):
    call(tcr, "CreateSecurityPolicy", **dict(rule, CidrBlock=cidr))
listed = [(p.PolicyIndex, p.CidrBlock, p.PolicyVersion) for p in policies()]
check(f"a range may be there twice {listed}", [index for index, _, _ in listed] == [0, 1, 2])
check("the version counts", {version for _, _, version in listed} == {"3"})
call(tcr, "DeleteSecurityPolicy", CidrBlock="203.0.113.0/24", PolicyVersion="3", **demo)
listed = [(p.PolicyIndex, p.CidrBlock) for p in policies()]
check(f"places shift {listed}", listed == [(0, "198.51.100.7"), (1, "203.0.113.0/24")])
refused("FailedOperation", tcr, "DeleteSecurityPolicy", PolicyIndex=1, PolicyVersion="3", **demo)
call(tcr, "DeleteSecurityPolicy", PolicyIndex=1, PolicyVersion="4", **demo)
check("by its place", [p.CidrBlock for p in policies()] == ["198.51.100.7"])
call(tcr, "ManageExternalEndpoint", Operation="Delete", **demo)
check("it is closed slowly", state() == "Deleting")
until("and is closed", lambda: state() == "Closed")

# A basic instance that has no list.
refused("ResourceNotFound", tcr, "DescribeSecurityPolicies", RegistryId=instances["no-list"])
refused("ResourceNotFound", tcr, "CreateSecurityPolicy", **dict(rule, RegistryId=instances["no-list"]))

# Rates.
time.sleep(1)
limited = 0
for _ in range(6):
    try:
        call(tcr, "ManageInternalEndpoint", **manage("Delete", "vpc-none"))
    except TencentCloudSDKException as error:
        limited += error.code == "RequestLimitExceeded"
check(f"of 6 calls at once {limited} were over the rate of 2 a second", limited >= 2)
replicas = call(tcr, "DescribeReplicationInstances", **demo).ReplicationRegistries
check("the replica is told", [one.ReplicationRegionName for one in replicas] == ["ap-singapore"])
