#!/usr/bin/env python3
"""Runs Tencent's own SDK of TKE, unmodified, against the sandbox:

tcr-sandbox --account accounts/clusters.yaml -- python3 sdk-checks/tke.py
"""

import base64
import json

from sdk import Service, check

TKE = Service("tke", "v20180525", "TkeClient")
client, call, refused = TKE.client, TKE.call, TKE.refused

tke = client(region="ap-shanghai")
regions = call(tke, "DescribeRegions")
check("TKE is in Shanghai", "ap-shanghai" in [one.RegionName for one in regions.RegionInstanceSet])
check("  and in as many regions as are counted", regions.TotalCount == len(regions.RegionInstanceSet))
answer = call(tke, "DescribeClusters", Offset=0, Limit=100)
cluster = answer.Clusters[0]
check(f"cluster {cluster.ClusterId} is listed", answer.TotalCount == 1 == len(answer.Clusters))
check("  with its VPC", cluster.ClusterNetworkSettings.VpcId == "vpc-one")
check("  and its state", cluster.ClusterStatus == "Running")
found = call(tke, "DescribeClusters", ClusterIds=[cluster.ClusterId])
check("it is found by its id", found.TotalCount == 1)
check("another isn't", call(tke, "DescribeClusters", ClusterIds=["cls-none"]).TotalCount == 0)
check("nor in another region", call(client(region="ap-guangzhou"), "DescribeClusters").TotalCount == 0)

serverless = call(tke, "DescribeEKSClusters", Offset=0, Limit=100)
check("a serverless cluster is in a list of its own", [one.ClusterId for one in serverless.Clusters] == ["cls-sandbox2"])
check("  with its VPC", serverless.Clusters[0].VpcId == "vpc-two" and serverless.TotalCount == 1)

one = {"ClusterId": cluster.ClusterId}
endpoints = call(tke, "DescribeClusterEndpoints", **one)
check(f"its endpoint is {endpoints.ClusterExternalEndpoint}", endpoints.ClusterExternalEndpoint == "203.0.113.7")
check("its domain holds its id", endpoints.ClusterDomain == f"{cluster.ClusterId}.ccs.tencent-cloud.com")
nodes = call(tke, "DescribeClusterInstances", Offset=0, Limit=1, **one)
check("of two nodes a page has one", nodes.TotalCount == 2 and len(nodes.InstanceSet) == 1)
nodes = call(tke, "DescribeClusterInstances", InstanceIds=["ins-two", "ins-none"], **one)
check("a node is found by its machine", [n.InstanceId for n in nodes.InstanceSet] == ["ins-two"])
addon = call(tke, "DescribeAddon", AddonName="tcr", **one).Addons[0]
values = json.loads(base64.b64decode(addon.RawValues))["global"]["imagePullSecretsCrs"][0]
check(f"the addon is {addon.Phase}, for {values['dockerServer']}", addon.Phase == "Succeeded")
check("  its values hold a password", len(values["dockerPassword"]) > 20)
refused("ResourceNotFound", tke, "DescribeAddon", AddonName="cbs", **one)
refused("ResourceNotFound.ClusterNotFound", tke, "DescribeClusterEndpoints", ClusterId="cls-none")
refused("MissingParameter", tke, "DescribeClusterInstances")
