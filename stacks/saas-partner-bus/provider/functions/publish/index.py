"""Puts changes of orders on the event sources of their tenants."""
import json
import os

import boto3

NAMES = {"INSERT": "order.made", "MODIFY": "order.changed"}


def handler(changes, context):
    entries = [
        {
            "Source": f"{os.environ['NAMESPACE']}/{change['tenant']}",
            "DetailType": NAMES[change["change"]],
            "Detail": json.dumps({"id": change["id"], "state": change["state"]}),
        }
        for change in changes
        if change.get("tenant")
    ]
    if not entries:
        return
    answer = boto3.client("events").put_partner_events(Entries=entries)
    if answer["FailedEntryCount"]:
        # The batch comes again, and what has no end of it is a dead letter.
        raise RuntimeError([one.get("ErrorCode") for one in answer["Entries"] if not one.get("EventId")])
