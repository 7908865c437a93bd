#!/usr/bin/env python3
"""PrivateDNS by Tencent's own SDK:
tcr-sandbox --account accounts/network.yaml -- python3 sdk-checks/privatedns.py"""

from sdk import Service, check

DNS = Service("privatedns", "v20201028", "PrivatednsClient")
dns = DNS.client(region="")
call, refused = DNS.call, DNS.refused

check("the service is there", call(dns, "DescribePrivateZoneService").ServiceStatus == "ENABLED")
zones = lambda: {zone.ZoneId: zone for zone in call(dns, "DescribePrivateZoneList").PrivateZoneSet or []}
check("a customer's own zone", [zone.Domain for zone in zones().values()] == ["tencentcloudcr.com"])
made = call(dns, "CreatePrivateZone", Domain="tencentyun.com", DnsForwardStatus="ENABLED", Remark="test").ZoneId
check("a zone without a VPC is suspended", zones()[made].Status == "SUSPEND")
check("it forwards", zones()[made].DnsForwardStatus == "ENABLED")
zone = {"ZoneId": made}
record = dict(RecordType="CNAME", SubDomain="ccr.ccs", RecordValue="demo.tencentcloudcr.com", TTL=60, **zone)
number = call(dns, "CreatePrivateZoneRecord", **record).RecordId
refused("InvalidParameter.RecordExist", dns, "CreatePrivateZoneRecord", **record)
listed = call(dns, "DescribePrivateZoneRecordList", **zone).RecordSet
check("its record is listed", [(r.RecordId, r.SubDomain, r.TTL) for r in listed] == [(number, "ccr.ccs", 60)])
vpc = lambda name: [{"UniqVpcId": name, "Region": "ap-shanghai"}]
bound = lambda: [one.UniqVpcId for one in zones()[made].VpcSet]
call(dns, "AddSpecifyPrivateZoneVpc", VpcSet=vpc("vpc-prod"), Sync=True, **zone)
call(dns, "AddSpecifyPrivateZoneVpc", VpcSet=vpc("vpc-test"), Sync=True, **zone)
check("VPCs are added", bound() == ["vpc-prod", "vpc-test"])
other = {"ZoneId": call(dns, "CreatePrivateZone", Domain="ccs.tencentyun.com").ZoneId}
refused("InvalidParameter.VpcBindedMainDomain", dns, "AddSpecifyPrivateZoneVpc",
        VpcSet=vpc("vpc-prod"), **other)
call(dns, "DeleteSpecifyPrivateZoneVpc", VpcSet=vpc("vpc-test"), Sync=True, **zone)
check("and taken away", bound() == ["vpc-prod"])
call(dns, "ModifyPrivateZoneVpc", VpcSet=vpc("vpc-four"), **zone)
check("the old way replaces all of them", bound() == ["vpc-four"])
refused("UnsupportedOperation.ExistBoundVpc", dns, "DeletePrivateZone", **zone)
call(dns, "DeleteSpecifyPrivateZoneVpc", VpcSet=vpc("vpc-four"), Sync=True, **zone)
call(dns, "DeletePrivateZoneRecord", RecordId=number, **zone)
call(dns, "DeletePrivateZone", **zone)
refused("InvalidParameter.ZoneNotExists", dns, "DescribePrivateZoneRecordList", **zone)
