"""Stands in for the external carrier: takes an order, ships it at once, and confirms over HTTP."""

import base64
import datetime
import json
import os
import urllib.request


def lambda_handler(event, context):
    body = event.get("body") or "{}"
    if event.get("isBase64Encoded"):
        body = base64.b64decode(body).decode("utf-8")
    order = json.loads(body)
    confirm(
        {
            "order_id": order["order_id"],
            "shipped_at": datetime.datetime.now(datetime.timezone.utc).isoformat(),
        }
    )
    return {"statusCode": 202, "body": json.dumps({"accepted": order["order_id"]})}


def confirm(shipment):
    request = urllib.request.Request(
        os.environ["INTEGRATION_API_BASE_URL"] + "/confirm-shipment",
        data=json.dumps(shipment).encode("utf-8"),
        headers={"Content-Type": "application/json"},
        method="POST",
    )
    # Within the five seconds that an API destination waits for an answer.
    with urllib.request.urlopen(request, timeout=4) as answer:
        answer.read()
