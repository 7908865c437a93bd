#!/usr/bin/env python3
"""Runs Tencent's own SDK for TCR against the sandbox's triggers and webhooks, with
accounts/triggers.yaml.

One line for each thing that holds; the first that doesn't ends the run with code 1.
"""

from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException

from sdk import Service, check

TCR = Service("tcr", "v20190924", "TcrClient")
client, call, refused = TCR.client, TCR.call, TCR.refused

ccr, tcr = client(region="ap-guangzhou"), client()

# Personal Edition: what it does by itself.
every = call(ccr, "DescribeApplicationTriggerPersonal", Limit=100, Offset=0).Data
check(f"{every.TotalCount} triggers", every.TotalCount == 3 == len(every.TriggerInfo))
one = call(ccr, "DescribeApplicationTriggerPersonal", RepoName="shop/web", Limit=1, Offset=1).Data
check("two of them a repository's, in pages", one.TotalCount == 2 and len(one.TriggerInfo) == 1)
trigger = one.TriggerInfo[0]
check("  a list of tags", trigger.InvokeCondition.InvokeMethod == "taglist"
      and trigger.InvokeCondition.InvokeExpr == "v1;v2")
check("  an older one has no kind", trigger.InvokePara.ServiceName == "web")
check("  the cluster's region is a number", trigger.InvokePara.ClusterRegion == 1)
log = call(ccr, "DescribeApplicationTriggerLogPersonal", RepoName="shop/web", Offset=0, Limit=10,
           Order="desc", OrderBy="invoke_time").Data
check("the log, newest first", [entry.TagName for entry in log.LogInfo] == ["v2", "v1"])
check("  with what came of it", [entry.InvokeResult.ReturnCode for entry in log.LogInfo] == [-1, 0])
check("  and its repository", log.LogInfo[0].RepoName == "shop/web")
rule = call(ccr, "DescribeImageLifecyclePersonal", RepoName="shop/web").Data.StrategyInfo[0]
check(f"a rule of {rule.Value} days", rule.Type == "keep_last_days" and rule.Value > 2 ** 63)
rule = call(ccr, "DescribeImageLifecycleGlobalPersonal").Data.StrategyInfo[0]
check("a rule of all", (rule.Type, rule.Value, rule.Valid) == ("global_keep_last_nums", 80, 1))
check("none elsewhere", call(ccr, "DescribeImageLifecyclePersonal", RepoName="shop/api").Data.TotalCount == 0)

# Enterprise Edition: webhooks of a namespace.
registry = {"RegistryId": call(tcr, "DescribeInstances").Registries[0].RegistryId}
webhook = {
    "Name": "deploy",
    "Targets": [{"Address": "https://hooks.example/x", "Headers": [{"Key": "X", "Values": ["1"]}]}],
    "EventTypes": ["pushImage"],
    "Condition": "web:**",
    "Description": "a description",
    "Enabled": True,
}


def listed():
    return call(tcr, "DescribeWebhookTrigger", Namespace="shop", Limit=100, Offset=1, **registry).Triggers or []


check("no webhook", listed() == [])
made = call(tcr, "CreateWebhookTrigger", Namespace="shop", Trigger=webhook, **registry).Trigger
check(f"webhook {made.Id} is made", made.Name == "deploy" and int(made.Id) > 0)
found = listed()
check("  and listed", [(it.Name, it.Condition, it.Enabled) for it in found] == [("deploy", "web:**", True)])
check("  with its headers", found[0].Targets[0].Headers[0].Values == ["1"])
check("  and its namespace", found[0].NamespaceName == "shop")

codes = set()
for _ in range(2):
    try:
        call(tcr, "CreateWebhookTrigger", Namespace="shop", Trigger=webhook, **registry)
    except TencentCloudSDKException as error:
        codes.add(error.code)
check(f"a name that is taken: {sorted(codes)}",
      codes == {"InternalError.ErrorTcrInternal", "InvalidParameter.ErrTriggerExist"})
refused("InvalidParameter.ErrorTcrInvalidParameter", tcr, "CreateWebhookTrigger", Namespace="shop",
        Trigger={**webhook, "Name": "off", "Enabled": False}, **registry)
refused("ResourceNotFound.TcrResourceNotFound", tcr, "CreateWebhookTrigger", Namespace="none",
        Trigger=webhook, **registry)
changed = {**webhook, "Id": int(made.Id), "Enabled": False, "Condition": "api:v1"}
call(tcr, "ModifyWebhookTrigger", Namespace="shop", Trigger=changed, **registry)
check("it is changed", [(it.Condition, it.Enabled) for it in listed()] == [("api:v1", False)])
call(tcr, "DeleteWebhookTrigger", Namespace="shop", Id=int(made.Id), **registry)
check("it is deleted", listed() == [])
refused("InternalError.ErrorTcrInternal", tcr, "DeleteWebhookTrigger", Namespace="shop",
        Id=int(made.Id), **registry)
again = call(tcr, "CreateWebhookTrigger", Namespace="shop", Trigger=webhook, **registry).Trigger
check("a number is not given twice", int(again.Id) > int(made.Id))
