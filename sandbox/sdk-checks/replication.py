#!/usr/bin/env python3
"""Rules between instances by Tencent's own SDK:
tcr-sandbox -- python3 sdk-checks/replication.py"""

from sdk import Service, check

TCR = Service("tcr", "v20190924", "TcrClient")
tcr = TCR.client()
call, refused = TCR.call, TCR.refused

instances = call(tcr, "DescribeInstances", AllRegion=True).Registries
source = next(one for one in instances if one.RegionName == "ap-shanghai")
registry = {"RegistryId": source.RegistryId}
check("its region has a number", call(tcr, "CheckInstance", **registry).RegionId == 4)
check("no rules", call(tcr, "DescribeReplicationPolicies", **registry).TotalCount == 0)
rule = dict(Name="shop", DestNamespace="shop", Override=False, Deletion=False,
            Filters=[{"Type": "name", "Value": "shop/**"}])
both = dict(SourceRegistryId=source.RegistryId, DestinationRegistryId=source.RegistryId, Rule=rule)
call(tcr, "ManageReplication", **both)
listed = call(tcr, "DescribeReplicationPolicies", **registry, Page=1, PageSize=20)
found = listed.ReplicationPolicyInfoList[0]
check("the rule is listed", (found.Name, found.Filters[0].Value) == ("shop", "shop/**"))
check("it overwrites nothing", found.Override is False and found.Enabled is True)
check("where it copies to", found.DestResource.startswith(source.RegistryId + "/shop"))
refused("InvalidParameter.ReplicationExists", tcr, "ManageReplication", **both)
call(tcr, "DeleteReplicationRule", SourceRegistryId=source.RegistryId, RuleName="shop")
check("it is gone", call(tcr, "DescribeReplicationPolicies", **registry).TotalCount == 0)
refused("ResourceNotFound.TcrResourceNotFound", tcr, "DeleteReplicationRule",
        SourceRegistryId=source.RegistryId, RuleName="shop")
