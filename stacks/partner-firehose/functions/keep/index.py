"""Keeps an answer, by the event that it is about and the partner that gave it."""
import os

import boto3


def handler(answer, context):
    item = {name: {"S": str(value)} for name, value in answer.items()}
    boto3.client("dynamodb").put_item(TableName=os.environ["TABLE"], Item=item)
    return answer
