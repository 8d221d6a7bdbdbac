"""Asks an emulator what it makes of patterns and templates: one JSON document in, one out.

agree.py patterns FILE: a list of {"pattern": text, "event": text} gives true, false, or AWS's reason.
agree.py templates FILE: a list of {"template", "paths", "entry"} gives the delivered text, or null.
"""

import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

CONFIG = Config(retries={"max_attempts": 1}, parameter_validation=False)


def patterns(cases):
    events = boto3.client("events", config=CONFIG)
    for case in cases:
        try:
            answer = events.test_event_pattern(EventPattern=case["pattern"], Event=case["event"])
            yield answer["Result"]
        except ClientError as error:
            yield error.response["Error"]["Message"]


def templates(cases):
    events, sqs = (boto3.client(service, config=CONFIG) for service in ("events", "sqs"))
    url = sqs.create_queue(QueueName="agree")["QueueUrl"]
    asked = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    arn = asked["Attributes"]["QueueArn"]
    events.put_rule(Name="agree", EventPattern=json.dumps({"source": ["agree"]}))
    for case in cases:
        transformer = {"InputTemplate": case["template"], "InputPathsMap": case["paths"]}
        target = {"Id": "agree", "Arn": arn, "InputTransformer": transformer}
        put = events.put_targets(Rule="agree", Targets=[target])
        assert put["FailedEntryCount"] == 0, put
        put = events.put_events(Entries=[dict(case["entry"], Source="agree")])
        assert put["FailedEntryCount"] == 0, put
        messages = sqs.receive_message(QueueUrl=url).get("Messages", [])
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        assert len(messages) < 2, messages
        yield messages[0]["Body"] if messages else None


if __name__ == "__main__":
    with open(sys.argv[2], encoding="utf-8") as file:
        cases = json.load(file)
    print(json.dumps(list({"patterns": patterns, "templates": templates}[sys.argv[1]](cases))))
