"""Runs the stacks of partners on an emulator.

`run_partners.py sync PORT`, `run_partners.py firehose`, or `run_partners.py stand-ins`: prints what was seen, as JSON.

No emulator runs a pipe with an enrichment, so the pipes are stood in for here, by what they say of themselves.
"""

import http.server
import json
import os
import re
import sys
import threading
import time

import boto3

MINISTACK = os.environ["AWS_ENDPOINT_URL"]
# A bound against a hang; the clock of schedules is looked at every ten seconds.
PATIENCE = 90


def client(service, endpoint=MINISTACK):
    return boto3.client(service, endpoint_url=endpoint)


def until(what, probe):
    """Asks until the answer is there."""
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE:
        found = probe()
        if found:
            return found
        time.sleep(0.1)
    raise SystemExit(f"{what} did not happen within {PATIENCE} s")


def records(table):
    """All records of a table's stream so far, in order."""
    streams = client("dynamodbstreams")
    stream = client("dynamodb").describe_table(TableName=table)["Table"]["LatestStreamArn"]
    found = []
    for shard in streams.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"]:
        iterator = streams.get_shard_iterator(
            StreamArn=stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        found += streams.get_records(ShardIterator=iterator)["Records"]
    return json.loads(json.dumps(found, default=str))


def at(document, path):
    """What a pipe's path names; empty text if it is not there."""
    for step in path.split(".")[1:]:
        document = document.get(step, "") if isinstance(document, dict) else ""
    return document


def filled(template, document):
    """What a pipe makes of a record by a template."""
    return json.loads(re.sub(r"<(\$[^>]*)>", lambda match: json.dumps(at(document, match[1])), template))


def invoke(arn, payload):
    answer = client("lambda").invoke(FunctionName=arn, Payload=json.dumps(payload))
    assert "FunctionError" not in answer, answer["Payload"].read()
    return json.loads(answer["Payload"].read())


def pipe(name, batch):
    """The stand-in for a pipe: its filters, its enrichment, its target."""
    described = client("pipes", os.environ["AWS_ENDPOINT_URL_PIPES"]).describe_pipe(Name=name)
    filters = described["SourceParameters"].get("FilterCriteria", {}).get("Filters", [])
    wanted = [name for one in filters for name in json.loads(one["Pattern"])["eventName"]]
    batch = [record for record in batch if not wanted or record["eventName"] in wanted]
    if batch and (function := described.get("Enrichment")):
        template = described.get("EnrichmentParameters", {}).get("InputTemplate")
        if template:
            batch = [filled(template, record) for record in batch]
        batch = invoke(function, batch)
    event = described["TargetParameters"]["EventBridgeEventBusParameters"]
    template = described["TargetParameters"].get("InputTemplate")
    for one in batch:
        detail = filled(template, one) if template else one
        put(described["Target"], event["Source"], event["DetailType"], detail)
    return batch


def put(bus, source, detail_type, detail):
    entry = {"EventBusName": bus, "Source": source, "DetailType": detail_type, "Detail": json.dumps(detail)}
    answer = client("events").put_events(Entries=[entry])
    assert answer["FailedEntryCount"] == 0, answer


def replay(archive):
    """Replays all that an archive holds to its bus."""
    events = client("events")
    described = events.describe_archive(ArchiveName=archive)
    events.start_replay(
        ReplayName=f"{archive}-again",
        EventSourceArn=described["ArchiveArn"],
        EventStartTime=time.time() - 3600,
        EventEndTime=time.time() + 60,
        Destination={"Arn": described["EventSourceArn"]},
    )
    done = lambda: events.describe_replay(ReplayName=f"{archive}-again")["State"] == "COMPLETED"
    until("the replay", done)


def scan(table):
    items = client("dynamodb").scan(TableName=table)["Items"]
    return [{name: value["S"] for name, value in item.items()} for item in items]


class Partners(http.server.BaseHTTPRequestHandler):
    """The APIs of all partners: the first part of a path is whose."""

    seen = []

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        Partners.seen.append([self.path, self.headers.get("X-Api-Key"), body["id"]])
        self.send_response(202)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


def sync(port):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Partners)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    states = client("stepfunctions")
    machines = {machine["name"]: machine["stateMachineArn"] for machine in states.list_state_machines()["stateMachines"]}

    def ended():
        found = {}
        for name, arn in machines.items():
            executions = states.list_executions(stateMachineArn=arn)["executions"]
            found[name] = sorted(one["status"] for one in executions)
        all_over = all(found.values()) and "RUNNING" not in sum(found.values(), [])
        return found if all_over else None

    executions = until("the schedules' executions", ended)
    pipe("partner-sync-changes", records("partner-sync-units"))
    # Two partners are told of each unit: all but the one that has said it.
    told = until("what partners are told", lambda: len(Partners.seen) >= 6 and sorted(Partners.seen))
    Partners.seen = []
    replay("partner-sync-sync")
    again = until("the replay's events", lambda: len(Partners.seen) >= 6 and sorted(Partners.seen))
    units = {unit["id"]: unit["origin"] for unit in scan("partner-sync-units")}
    return {"executions": executions, "units": units, "told": told, "again": again}


def firehose():
    sqs, dynamodb = client("sqs"), client("dynamodb")
    inbox = sqs.get_queue_url(QueueName="partner-firehose-function-partner-loyalty-inbox")["QueueUrl"]

    def received():
        messages = sqs.receive_message(QueueUrl=inbox, MaxNumberOfMessages=10).get("Messages", [])
        for message in messages:
            sqs.delete_message(QueueUrl=inbox, ReceiptHandle=message["ReceiptHandle"])
        return [{"body": json.loads(message["Body"])} for message in messages]

    customer = {"id": "c-7", "region": "eu", "name": "Ada", "mail": "ada@example.com"}
    for name in ["Ada", "Ada L."]:
        item = {key: {"S": value} for key, value in {**customer, "name": name}.items()}
        dynamodb.put_item(TableName="partner-firehose-customers", Item=item)
    batch = until("two records", lambda: len(found := records("partner-firehose-customers")) == 2 and found)
    for one in ["registered", "changed"]:
        pipe(f"partner-firehose-{one}", batch)
    messages = []
    until("two messages", lambda: len(messages.extend(received()) or messages) == 2)
    answers = pipe("partner-firehose-function-partner-loyalty-deliver", messages)
    kept = until("what is kept", lambda: len(found := scan("partner-firehose-answers")) == 2 and found)
    replay("partner-firehose-customers")
    again = []
    until("the replay's messages", lambda: len(again.extend(received()) or again) == 2)
    order = lambda found: sorted((one["body"] for one in found), key=lambda body: body["type"])
    return {"got": order(messages), "answers": answers, "kept": kept, "again": order(again)}


def stand_ins():
    """What comes of what is stood in for."""
    states, sqs = client("stepfunctions"), client("sqs")
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::http:invoke",
        "Parameters": {
            "ApiEndpoint": "http://127.0.0.1:9/x",
            "Method": "GET",
            "Authentication": {"ConnectionArn": "arn:aws:events:eu-west-1:123456789012:connection/x/1"},
        },
        "End": True,
    }
    definition = json.dumps({"StartAt": "pull", "States": {"pull": task}})
    role = "arn:aws:iam::123456789012:role/x"
    machine = states.create_state_machine(name="http", definition=definition, roleArn=role)["stateMachineArn"]
    execution = states.start_execution(stateMachineArn=machine)["executionArn"]
    described = until(
        "an end",
        lambda: (found := states.describe_execution(executionArn=execution))["status"] != "RUNNING" and found,
    )
    url = sqs.create_queue(QueueName="inbox")["QueueUrl"]
    client("pipes").create_pipe(
        Name="deliver",
        RoleArn=role,
        Source="arn:aws:sqs:eu-west-1:123456789012:inbox",
        Enrichment="arn:aws:lambda:eu-west-1:123456789012:function:partner",
        Target="arn:aws:events:eu-west-1:123456789012:event-bus/default",
    )
    sqs.send_message(QueueUrl=url, MessageBody="{}")
    time.sleep(5)
    left = sqs.receive_message(QueueUrl=url).get("Messages", [])
    return {
        "an HTTP task of a workflow": f"{described['status']}: {described.get('error')}: {described.get('cause', '').split('. ')[0]}",
        "a pipe with an enrichment": "its source keeps its messages" if left else "it runs",
    }


RUN = {"sync": sync, "firehose": firehose, "stand-ins": stand_ins}
print(json.dumps(RUN[sys.argv[1]](*sys.argv[2:])))
