"""Runs the reference gateway on ministack alone, and tells what arrives at each hop that it runs.

Arguments: the port on which the carrier listens, the folder in which functions keep what they get, and the entries
that the two hops would put on the bus that ministack does not run, as JSON. Prints what arrived, as JSON, and what
came of the hops that are not run.
"""

import http.server
import json
import os
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import boto3

ACCOUNT = os.environ["AWS_ACCESS_KEY_ID"]
REGION = os.environ["AWS_REGION"]
MINISTACK = os.environ["AWS_ENDPOINT_URL"]
# A bound against a hang, and how long what is not run has to show that it is.
PATIENCE = 60
SILENCE = 2


def client(service, endpoint=MINISTACK):
    return boto3.client(service, endpoint_url=endpoint)


class Carrier(http.server.BaseHTTPRequestHandler):
    """The carrier: keeps every request and accepts it."""

    seen = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        Carrier.seen.append(
            {"method": self.command, "path": self.path, "headers": dict(self.headers), "body": body.decode()}
        )
        self.send_response(202)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


def post(url, body, host, media="application/json"):
    """A request; its status, also where it is refused."""
    headers = {
        "Content-Type": media,
        "Host": host,
        # The emulator takes the account from the access key; a caller of the API needs none.
        "Authorization": f"AWS4-HMAC-SHA256 Credential={ACCOUNT}/20260101/{REGION}/execute-api/aws4_request",
    }
    request = urllib.request.Request(url, method="POST", data=body.encode(), headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def called(api, path, body):
    """A call of a deployed API: its id stands in the host."""
    port = MINISTACK.rsplit(":", 1)[1]
    body = json.dumps(body, separators=(",", ":"))
    return post(f"{MINISTACK}/prod{path}", body, f"{api}.execute-api.localhost:{port}")


def until(what, probe):
    """Asks until the answer is there."""
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE:
        found = probe()
        if found:
            return found
        time.sleep(0.05)
    raise SystemExit(f"{what} did not happen within {PATIENCE} s")


def records(stream):
    """All records of a stream so far, in order."""
    streams = client("dynamodbstreams")
    found = []
    for shard in streams.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"]:
        iterator = streams.get_shard_iterator(
            StreamArn=stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        found += streams.get_records(ShardIterator=iterator)["Records"]
    return found


class Queue:
    """What a queue has got so far."""

    def __init__(self, name):
        self.client = client("sqs")
        self.url = self.client.get_queue_url(QueueName=name)["QueueUrl"]
        self.got = []

    def all(self):
        messages = self.client.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10).get("Messages", [])
        for message in messages:
            self.client.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
            self.got.append(message["Body"])
        return self.got


def pipe_on_ministack():
    """Makes the pipe that the stack has on moto there, too."""
    described = client("pipes", os.environ["AWS_ENDPOINT_URL_PIPES"]).describe_pipe(Name="dynamodb-orders-stream")
    wanted = ["Name", "Source", "SourceParameters", "Target", "TargetParameters", "RoleArn"]
    client("pipes").create_pipe(**{name: described[name] for name in wanted})


def put(entry):
    answer = client("events").put_events(Entries=[{"EventBusName": "orders", **entry}])
    assert answer["FailedEntryCount"] == 0, answer


def main(port, folder, entries):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Carrier)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    apis = {api["name"]: api["id"] for api in client("apigateway").get_rest_apis()["items"]}
    stream = client("dynamodb").describe_table(TableName="orders")["Table"]["LatestStreamArn"]
    seen = Queue("serverless-event-gateway-seen")
    kept = lambda name: [json.loads(line) for path in Path(folder).glob(name) for line in path.open()]
    pipe_on_ministack()

    assert called(apis["orders-api"], "/orders?tag=b%20c", {"id": "o-1"}) == 201
    until("the order's record", lambda: records(stream))
    not_run = {}
    time.sleep(SILENCE)
    not_run["pipes.orders-stream"] = f"{len(seen.all())} events"
    put(entries[0])
    until("the carrier's request", lambda: Carrier.seen)
    until("the event", seen.all)
    url = client("lambda").get_function_url_config(FunctionName="serverless-event-gateway-carrier")["FunctionUrl"]
    # The address of a function is reached by its host alone: the carrier here hands on what it gets.
    request = Carrier.seen[0]
    post(f"{MINISTACK}{request['path']}", request["body"], url.split("/")[2], request["headers"]["Content-Type"])
    not_run["apis.integration"] = str(
        called(apis["third-parties-api"], "/confirm-shipment", {"order_id": "o-1", "shipped_at": "now"})
    )
    time.sleep(SILENCE)
    assert len(seen.all()) == 1, seen.got
    put(entries[1])
    until("the shipment's record", lambda: records(stream)[1:])
    until("the second event", lambda: seen.all()[1:])
    return {
        "functions.orders": kept("orders"),
        "functions.confirm-shipment": kept("confirm-shipment"),
        "functions.carrier": kept("carrier"),
        "tables.orders": records(stream),
        "queues.seen": [json.loads(body) for body in seen.got],
        "api_destinations.carrier": Carrier.seen,
        "not_run": not_run,
    }


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3])), default=str))
