"""POST /orders stores a new order as pending; GET /order/{id} shows one."""

import base64
import json
import os
import uuid

import boto3

table = boto3.resource("dynamodb").Table(os.environ["DYNAMO_DB_TABLE_NAME"])


def lambda_handler(event, context):
    if event["httpMethod"] == "POST":
        return create(event)
    return show(event)


def create(event):
    body = event.get("body") or "{}"
    if event.get("isBase64Encoded"):
        body = base64.b64decode(body).decode("utf-8")
    try:
        order = json.loads(body)
    except ValueError:
        return answer(400, {"message": "the body is no JSON"})
    if not isinstance(order, dict):
        return answer(400, {"message": "an order is an object"})
    # A caller that sends its own id may send the request twice and makes one order.
    order_id = str(order.get("id") or uuid.uuid4())
    table.put_item(
        Item={
            "PK": order_id,
            "state": "pending",
            "payload": json.dumps(order, sort_keys=True),
        }
    )
    return answer(201, {"id": order_id, "state": "pending"})


def show(event):
    order_id = event["pathParameters"]["id"]
    item = table.get_item(Key={"PK": order_id}, ConsistentRead=True).get("Item")
    if item is None:
        return answer(404, {"message": f"there is no order {order_id}"})
    order = {"id": item["PK"], "state": item["state"]}
    if "shipped_at" in item:
        order["shipped_at"] = item["shipped_at"]
    return answer(200, order)


def answer(status, body):
    return {
        "statusCode": status,
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps(body),
    }
