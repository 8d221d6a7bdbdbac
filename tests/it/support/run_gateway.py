"""Runs the reference gateway on an emulator: an order goes to a carrier and comes back as shipped.

Arguments: the port on which the carrier listens. Prints what was seen, as JSON.

Two hops are run by no emulator, so they are stood in for here, by what stands in the account: the pipe from
the table's stream to the bus (`pipe`), and the API's route that puts an event on the bus (`route`).
"""

import http.server
import json
import os
import re
import sys
import threading
import time
import urllib.request

import boto3

ACCOUNT = os.environ["AWS_ACCESS_KEY_ID"]
REGION = os.environ["AWS_REGION"]
MINISTACK = os.environ["AWS_ENDPOINT_URL"]
# A bound against a hang.
PATIENCE = 60


def client(service, endpoint=MINISTACK):
    return boto3.client(service, endpoint_url=endpoint)


class Carrier(http.server.BaseHTTPRequestHandler):
    """The carrier: keeps every request and accepts it."""

    seen = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        Carrier.seen.append(
            {
                "method": self.command,
                "path": self.path,
                "authorization": self.headers.get("Authorization"),
                "body": json.loads(body),
            }
        )
        self.send_response(202)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


def call(api, method, path, body=None):
    """A call of a deployed API: its id stands in the host."""
    port = MINISTACK.rsplit(":", 1)[1]
    request = urllib.request.Request(
        f"{MINISTACK}/prod{path}",
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={
            "Host": f"{api}.execute-api.localhost:{port}",
            "Content-Type": "application/json",
            # The emulator takes the account from the access key; a caller of the API needs none.
            "Authorization": f"AWS4-HMAC-SHA256 Credential={ACCOUNT}/20260101/{REGION}/execute-api/aws4_request",
        },
    )
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return {"status": answer.status, "body": json.loads(answer.read())}


def until(what, probe):
    """Asks until the answer is there."""
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE:
        found = probe()
        if found:
            return found
        time.sleep(0.1)
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


def pipe(record):
    """The stand-in for the pipe: what it says of itself decides what is put, and where."""
    described = client("pipes", os.environ["AWS_ENDPOINT_URL_PIPES"]).describe_pipe(Name="dynamodb-orders-stream")
    target = described["TargetParameters"]

    def value(match):
        found = record
        for step in match[1].split(".")[1:]:
            found = found.get(step, "") if isinstance(found, dict) else ""
        return json.dumps(found)

    event = target["EventBridgeEventBusParameters"]
    detail = re.sub(r"<(\$[^>]*)>", value, target["InputTemplate"])
    put(described["Target"], event["Source"], event["DetailType"], json.loads(detail))


def route(api, shipment):
    """The stand-in for the route: its template names source and type of the event."""
    gateway = client("apigateway")
    resources = gateway.get_resources(restApiId=api, embed=["methods"])["items"]
    (post,) = [one["resourceMethods"]["POST"] for one in resources if one["path"] == "/confirm-shipment"]
    template = post["methodIntegration"]["requestTemplates"]["application/json"]
    bus = client("events").describe_event_bus(Name="orders")["Arn"]
    for part in ["carrier.order_shipped", "shipped_at", "order_id"]:
        assert part in template, template
    put(bus, "carrier", "carrier.order_shipped", shipment)


def put(bus, source, detail_type, detail):
    entry = {"EventBusName": bus, "Source": source, "DetailType": detail_type, "Detail": json.dumps(detail)}
    answer = client("events").put_events(Entries=[entry])
    assert answer["FailedEntryCount"] == 0, answer


def main(port):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Carrier)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    apis = {api["name"]: api["id"] for api in client("apigateway").get_rest_apis()["items"]}
    stream = client("dynamodb").describe_table(TableName="orders")["Table"]["LatestStreamArn"]

    posted = call(apis["orders-api"], "POST", "/orders", {"id": "o-1", "item": "book"})
    pending = call(apis["orders-api"], "GET", "/order/o-1")
    (inserted,) = until("the order's record", lambda: records(stream))
    pipe(inserted)
    until("the carrier's request", lambda: Carrier.seen)
    route(apis["third-parties-api"], {"order_id": "o-1", "shipped_at": "2026-01-02T03:04:05Z"})
    order = lambda: call(apis["orders-api"], "GET", "/order/o-1")["body"]
    until("the shipment", lambda: order()["state"] == "shipped")
    shipped = order()
    # The shipment is a record too; the rule for new orders does not match it.
    modified = until("the shipment's record", lambda: records(stream)[1:])
    pipe(modified[0])
    put(client("events").describe_event_bus(Name="orders")["Arn"], "carrier", "carrier.order_shipped",
        {"order_id": "nobody", "shipped_at": "never"})
    time.sleep(2)
    return {
        "posted": posted,
        "pending": pending,
        "carrier": Carrier.seen,
        "shipped": shipped,
        "records": [inserted["eventName"], modified[0]["eventName"]],
    }


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1])), default=str))
