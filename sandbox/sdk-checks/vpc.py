#!/usr/bin/env python3
"""VPC by Tencent's own SDK:  tcr-sandbox --account accounts/network.yaml -- python3 sdk-checks/vpc.py"""

from sdk import Service, check

VPC = Service("vpc", "v20170312", "VpcClient")
here = VPC.client()
call, refused = VPC.call, VPC.refused

found = call(here, "DescribeVpcs", Offset="0", Limit="2")
check("2 of 4 VPCs on a page", (found.TotalCount, len(found.VpcSet)) == (4, 2))
rest = call(here, "DescribeVpcs", Offset="2", Limit="2")
ids = [vpc.VpcId for vpc in found.VpcSet + rest.VpcSet]
check(f"all of them {ids}", ids == ["vpc-prod", "vpc-test", "vpc-own", "vpc-four"])
one = call(here, "DescribeVpcs", Filters=[{"Name": "vpc-id", "Values": ["vpc-test", "vpc-none"]}])
check("a filter leaves out what isn't there", [vpc.DnsServerSet for vpc in one.VpcSet] == [["10.0.0.2"]])
elsewhere = call(VPC.client(region="ap-singapore"), "DescribeVpcs")
check("another region has its own", [vpc.VpcId for vpc in elsewhere.VpcSet] == ["vpc-far"])
refused("InvalidVpcId.NotFound", here, "DescribeVpcs", VpcIds=["vpc-none"])
refused("InvalidParameter.Coexist", here, "DescribeVpcs", VpcIds=["vpc-prod"],
        Filters=[{"Name": "vpc-id", "Values": ["vpc-prod"]}])
refused("InvalidParameterValue.Malformed", here, "DescribeVpcs", Offset="first")
subnets = call(here, "DescribeSubnets", Filters=[{"Name": "vpc-id", "Values": ["vpc-prod"]}], Limit="100")
subnet = subnets.SubnetSet[0]
check(f"{subnet.SubnetId} has {subnet.AvailableIpAddressCount} free addresses",
      (subnets.TotalCount, subnet.SubnetId, subnet.AvailableIpAddressCount) == (1, "subnet-prod", 2))
