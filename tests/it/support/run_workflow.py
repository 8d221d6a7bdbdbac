"""Runs a workflow on an emulator, and looks at what it has done.

Prints the status of the execution, the messages that arrived in the queue, and the items of the table, as JSON.
"""

import json
import os
import time

import boto3

# A bound against a hang.
PATIENCE = 60


def client(service):
    return boto3.client(service, endpoint_url=os.environ["AWS_ENDPOINT_URL"])


states, sqs, dynamodb = client("stepfunctions"), client("sqs"), client("dynamodb")
machine = next(
    machine["stateMachineArn"]
    for machine in states.list_state_machines()["stateMachines"]
    if machine["name"] == "sync-pull"
)
started = states.start_execution(stateMachineArn=machine, input=json.dumps({"partners": ["acme", "globex"]}))
began, status = time.monotonic(), "RUNNING"
while status == "RUNNING" and time.monotonic() - began < PATIENCE:
    time.sleep(0.1)
    execution = states.describe_execution(executionArn=started["executionArn"])
    status = execution["status"]
url = sqs.get_queue_url(QueueName="sync-changed")["QueueUrl"]
messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
items = dynamodb.scan(TableName="sync-partners")["Items"]
print(
    json.dumps(
        {
            "status": status,
            "output": execution.get("output"),
            "messages": sorted(message["Body"] for message in messages),
            "items": sorted(item["id"]["S"] for item in items),
        }
    )
)
