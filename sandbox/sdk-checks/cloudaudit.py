#!/usr/bin/env python3
"""Runs Tencent's own SDK for CloudAudit against the sandbox, with accounts/audit.yaml.

One line for each thing that holds; the first that doesn't ends the run with code 1.
"""

import json
import time

from sdk import Service, check

AUDIT = Service("cloudaudit", "v20190319", "CloudauditClient")
client, refused = AUDIT.client, AUDIT.refused

DAY = 86400
guangzhou = client(region="ap-guangzhou")
now = int(time.time())


def call(of, action, **fields):
    time.sleep(0.06)  # 20 calls a second
    return AUDIT.call(of, action, **fields)


def pages(start, end, **fields):
    """All events of a span, page by page, as the documentation says it."""
    events, token, sizes = [], None, []
    while True:
        given = {} if token is None else {"NextToken": token}
        answer = call(guangzhou, "DescribeEvents", StartTime=start, EndTime=end, **given, **fields)
        events += answer.Events or []
        sizes.append(len(answer.Events or []))
        if answer.ListOver:
            return events, sizes
        token = answer.NextToken


events, sizes = pages(now - 29 * DAY, now, MaxResults=50)
check(f"{len(events)} events in pages of {sizes}", len(events) == 40 == len({e.EventId for e in events}))
check("  short and empty pages, and the list wasn't over", 0 in sizes and max(sizes) < 50)
times = [int(event.EventTime) for event in events]
check("  newest first", times == sorted(times, reverse=True))
event = events[0]
check(f"  {event.EventName} of {event.Resources.ResourceName}", event.Resources.ResourceType == "ccr")
check("  the account is a number", event.AccountID == 100000000001)
details = json.loads(event.CloudAuditEvent)
check("  details name the principal", details["userIdentity"]["principalId"] == "100000000002")
check("  and hold a session's token", "token" in json.loads(details["userIdentity"]["sessionContext"]))

kind = [{"AttributeKey": "ResourceType", "AttributeValue": "ccr"}]
check("by type", len(pages(now - 29 * DAY, now, MaxResults=50, LookupAttributes=kind)[0]) == 40)
other = [{"AttributeKey": "ResourceType", "AttributeValue": "cvm"}]
check("another type has none", pages(now - 29 * DAY, now, MaxResults=50, LookupAttributes=other)[0] == [])
both = [{"AttributeKey": "EventName", "AttributeValue": name} for name in ("pull", "push")]
check("two names are either", len(pages(now - 29 * DAY, now, MaxResults=50, LookupAttributes=both)[0]) == 40)
older, _ = pages(now - 61 * DAY, now - 32 * DAY, MaxResults=50)
check(f"{len(older)} older ones", len(older) == 3)
elsewhere = call(client(region="ap-hongkong"), "DescribeEvents", StartTime=now - DAY, EndTime=now)
check("none in another region", elsewhere.ListOver and elsewhere.Events is None)

time.sleep(1)
span = {"StartTime": now - DAY, "EndTime": now}
refused("InvalidParameter.Time", guangzhou, "DescribeEvents", StartTime=now - 91 * DAY, EndTime=now - 80 * DAY)
refused("LimitExceeded.OverTime", guangzhou, "DescribeEvents", StartTime=now - 30 * DAY, EndTime=now)
refused("InvalidParameterValue.Time", guangzhou, "DescribeEvents", StartTime=now, EndTime=now - DAY)
refused("InvalidParameterValue.MaxResult", guangzhou, "DescribeEvents", MaxResults=51, **span)
refused("InvalidParameterValue.attributeKey", guangzhou, "DescribeEvents",
        LookupAttributes=[{"AttributeKey": "Colour", "AttributeValue": "red"}], **span)
refused("InvalidParameter", guangzhou, "DescribeEvents", NextToken=999999, **span)

answer = call(guangzhou, "LookUpEvents", MaxResults=1, StartTime=now - 29 * DAY, EndTime=now)
check("LookUpEvents has tokens that are texts", isinstance(answer.NextToken, str) and not answer.ListOver)
again = call(guangzhou, "LookUpEvents", MaxResults=1, StartTime=now - 29 * DAY, EndTime=now,
             NextToken=answer.NextToken)
check("  which lead on", (again.Events or answer.Events) and again.NextToken != answer.NextToken)
keys = [key.Value for key in call(guangzhou, "GetAttributeKey").AttributeKeyDetails]
check(f"{len(keys)} attributes", "ResourceType" in keys and "SourceIPAddress" in keys)
