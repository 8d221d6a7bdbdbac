"""Takes orders from the queue; those that fail come again, alone."""
import json


def handler(event, context):
    failed = []
    for record in event["Records"]:
        try:
            fulfil(json.loads(record["body"]))
        except Exception as problem:
            print(f"{record['messageId']}: {problem}")
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}


def fulfil(order):
    print(f"order {order['order']} is {order['state']}")
