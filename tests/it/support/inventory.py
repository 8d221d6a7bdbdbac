"""Everything that an account holds, past the program under test: a JSON object of kind, name and raw document.

Endpoints, region and credentials come from the environment, as for every AWS tool.
"""

import json
import os

import boto3
from botocore.exceptions import ClientError


def client(service, endpoint="AWS_ENDPOINT_URL"):
    return boto3.client(service, endpoint_url=os.environ[endpoint])


def every(client, operation, items, **arguments):
    for page in client.get_paginator(operation).paginate(**arguments):
        yield from page.get(items, [])


def statements(text):
    return json.loads(text)["Statement"] if text else []


def inventory():
    found = {}

    def put(kind, name, document):
        document.pop("ResponseMetadata", None)
        found.setdefault(kind, {})[name] = document

    def put_statements(text):
        for statement in statements(text):
            put("statements", statement["Sid"], statement)

    sqs = client("sqs")
    for url in every(sqs, "list_queues", "QueueUrls"):
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        put("queues", url.rsplit("/", 1)[1], attributes)
        put_statements(attributes.get("Policy"))

    events = client("events")
    for bus in events.list_event_buses()["EventBuses"]:
        bus = events.describe_event_bus(Name=bus["Name"])
        put("buses", bus["Name"], bus)
        put_statements(bus.get("Policy"))
        for rule in every(events, "list_rules", "Rules", EventBusName=bus["Name"]):
            named = {"Rule": rule["Name"], "EventBusName": bus["Name"]}
            rule["Targets"] = list(every(events, "list_targets_by_rule", "Targets", **named))
            put("rules", rule["Name"], rule)
    for connection in events.list_connections()["Connections"]:
        put("connections", connection["Name"], events.describe_connection(Name=connection["Name"]))
    for destination in events.list_api_destinations()["ApiDestinations"]:
        name = destination["Name"]
        put("api_destinations", name, events.describe_api_destination(Name=name))

    dynamodb = client("dynamodb")
    for name in every(dynamodb, "list_tables", "TableNames"):
        put("tables", name, dynamodb.describe_table(TableName=name)["Table"])

    functions = client("lambda")
    for function in every(functions, "list_functions", "Functions"):
        name = function["FunctionName"]
        put("functions", name, function)
        try:
            put_statements(functions.get_policy(FunctionName=name)["Policy"])
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise

    # A mapping has no name: it is known by its function.
    for mapping in every(functions, "list_event_source_mappings", "EventSourceMappings"):
        put("triggers", mapping["FunctionArn"].rsplit(":function:", 1)[1], mapping)

    gateway = client("apigateway")
    for api in every(gateway, "get_rest_apis", "items"):
        put("apis", api["name"], api)
        resources = every(gateway, "get_resources", "items", restApiId=api["id"], embed=["methods"])
        api["Resources"] = {one["path"]: one.get("resourceMethods", {}) for one in resources}
        api["Stages"] = gateway.get_stages(restApiId=api["id"])["item"]

    pipes = client("pipes", "AWS_ENDPOINT_URL_PIPES")
    for pipe in every(pipes, "list_pipes", "Pipes"):
        put("pipes", pipe["Name"], pipes.describe_pipe(Name=pipe["Name"]))

    iam = client("iam")
    for role in every(iam, "list_roles", "Roles"):
        put("roles", role["RoleName"], role)

    logs = client("logs")
    for group in every(logs, "describe_log_groups", "logGroups"):
        put("log_groups", group["logGroupName"], group)

    sns = client("sns")
    for topic in every(sns, "list_topics", "Topics"):
        put("topics", topic["TopicArn"].rsplit(":", 1)[1], topic)

    kinesis = client("kinesis")
    for stream in kinesis.list_streams()["StreamNames"]:
        put("streams", stream, {})

    for archive in events.list_archives()["Archives"]:
        put("archives", archive["ArchiveName"], archive)
    for plan in every(gateway, "get_usage_plans", "items"):
        put("usage_plans", plan["name"], plan)
    for key in every(gateway, "get_api_keys", "items"):
        put("keys", key["name"], key)

    workflows = client("stepfunctions")
    for machine in every(workflows, "list_state_machines", "stateMachines"):
        put("state_machines", machine["name"], machine)
    scheduler = client("scheduler")
    for group in every(scheduler, "list_schedule_groups", "ScheduleGroups"):
        put("schedule_groups", group["Name"], group)
    for schedule in every(scheduler, "list_schedules", "Schedules"):
        put("schedules", schedule["Name"], schedule)

    if "AWS_ENDPOINT_URL_SCHEMAS" in os.environ:
        schemas = client("schemas", "AWS_ENDPOINT_URL_SCHEMAS")
        for registry in schemas.list_registries()["Registries"]:
            put("registries", registry["RegistryName"], registry)
            for schema in schemas.list_schemas(RegistryName=registry["RegistryName"])["Schemas"]:
                put("schemas", schema["SchemaName"], schema)

    return found


if __name__ == "__main__":
    print(json.dumps(inventory(), default=str))
