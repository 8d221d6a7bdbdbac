"""Marks an order as shipped: the target of the rule `order-shipped`."""

import os

import boto3
from botocore.exceptions import ClientError

table = boto3.resource("dynamodb").Table(os.environ["DYNAMO_DB_TABLE_NAME"])


def lambda_handler(event, context):
    try:
        table.update_item(
            Key={"PK": event["order_id"]},
            UpdateExpression="SET #state = :shipped, shipped_at = :at",
            # An order that never was is not made by its shipment.
            ConditionExpression="attribute_exists(PK)",
            ExpressionAttributeNames={"#state": "state"},
            ExpressionAttributeValues={":shipped": "shipped", ":at": event["shipped_at"]},
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        print(f"there is no order {event['order_id']}")
