"""What partners are told of records of the table: a pipe hands over a batch and takes as many answers."""
import json


def handler(records, context):
    return [told(record["dynamodb"]["NewImage"]) for record in records]


def told(image):
    return {"origin": image.get("origin", {}).get("S", "company"), "unit": json.loads(image["unit"]["S"])}
