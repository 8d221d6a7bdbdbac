#!/usr/bin/env python3
"""Reduce published AWS API models to what the embedded account answers.

Usage: extract.py BOTOCORE_DATA OUT_DIR

BOTOCORE_DATA is the `data` folder of an unpacked botocore wheel (its service-2.json files are the
models AWS publishes under Apache-2.0). Kept per shape: type, members, bounds, enumerations, required
members and where a member travels in HTTP. Dropped: documentation, patterns, errors' traits, examples.
"""
import gzip
import json
import os
import sys

OPERATIONS = {
    "sts": "GetCallerIdentity",
    "iam": """CreateRole GetRole UpdateRole UpdateAssumeRolePolicy DeleteRole ListRoles PutRolePolicy GetRolePolicy
        ListRolePolicies DeleteRolePolicy AttachRolePolicy DetachRolePolicy ListAttachedRolePolicies TagRole UntagRole
        ListRoleTags PutRolePermissionsBoundary DeleteRolePermissionsBoundary ListInstanceProfilesForRole
        RemoveRoleFromInstanceProfile""",
    "sqs": """CreateQueue GetQueueUrl GetQueueAttributes SetQueueAttributes DeleteQueue ListQueues TagQueue UntagQueue
        ListQueueTags""",
    "sns": """CreateTopic GetTopicAttributes SetTopicAttributes DeleteTopic ListTopics TagResource UntagResource
        ListTagsForResource GetDataProtectionPolicy PutDataProtectionPolicy Subscribe Unsubscribe
        GetSubscriptionAttributes SetSubscriptionAttributes ListSubscriptionsByTopic""",
    "events": """CreateEventBus DescribeEventBus UpdateEventBus DeleteEventBus ListEventBuses PutPermission
        RemovePermission PutRule DescribeRule DeleteRule ListRules EnableRule DisableRule PutTargets RemoveTargets
        ListTargetsByRule TagResource UntagResource ListTagsForResource CreateConnection DescribeConnection
        UpdateConnection DeleteConnection ListConnections CreateApiDestination DescribeApiDestination
        UpdateApiDestination DeleteApiDestination ListApiDestinations CreateArchive DescribeArchive UpdateArchive
        DeleteArchive ListArchives DeauthorizeConnection DescribeEventSource ActivateEventSource DeactivateEventSource
        ListEventSources CreateEndpoint DescribeEndpoint UpdateEndpoint DeleteEndpoint ListEndpoints PutEvents
        CreatePartnerEventSource DeletePartnerEventSource ListPartnerEventSources ListPartnerEventSourceAccounts
        PutPartnerEvents""",
    "pipes": """CreatePipe DescribePipe UpdatePipe DeletePipe ListPipes StartPipe StopPipe TagResource UntagResource
        ListTagsForResource""",
    "dynamodb": """CreateTable DescribeTable UpdateTable DeleteTable ListTables TagResource UntagResource
        ListTagsOfResource DescribeTimeToLive UpdateTimeToLive DescribeContinuousBackups UpdateContinuousBackups
        ListContributorInsights UpdateContributorInsights DescribeKinesisStreamingDestination
        EnableKinesisStreamingDestination DisableKinesisStreamingDestination UpdateKinesisStreamingDestination
        PutResourcePolicy GetResourcePolicy DeleteResourcePolicy""",
    "kinesis": """CreateStream DescribeStreamSummary ListStreams DeleteStream UpdateStreamMode UpdateShardCount
        IncreaseStreamRetentionPeriod DecreaseStreamRetentionPeriod StartStreamEncryption StopStreamEncryption
        EnableEnhancedMonitoring DisableEnhancedMonitoring UpdateMaxRecordSize UpdateStreamWarmThroughput
        UpdateStreamRecordDistributionStrategy AddTagsToStream RemoveTagsFromStream ListTagsForStream
        PutResourcePolicy GetResourcePolicy DeleteResourcePolicy""",
    "lambda": """CreateFunction GetFunction GetFunctionConfiguration UpdateFunctionCode UpdateFunctionConfiguration
        DeleteFunction ListFunctions TagResource UntagResource ListTags AddPermission RemovePermission GetPolicy
        CreateFunctionUrlConfig GetFunctionUrlConfig UpdateFunctionUrlConfig DeleteFunctionUrlConfig
        PutFunctionConcurrency GetFunctionConcurrency DeleteFunctionConcurrency PublishVersion ListVersionsByFunction
        CreateAlias GetAlias UpdateAlias DeleteAlias ListAliases PutProvisionedConcurrencyConfig
        GetProvisionedConcurrencyConfig DeleteProvisionedConcurrencyConfig
        PutFunctionEventInvokeConfig GetFunctionEventInvokeConfig DeleteFunctionEventInvokeConfig
        PutRuntimeManagementConfig GetRuntimeManagementConfig PutFunctionRecursionConfig GetFunctionRecursionConfig
        PutFunctionCodeSigningConfig GetFunctionCodeSigningConfig DeleteFunctionCodeSigningConfig
        CreateEventSourceMapping GetEventSourceMapping UpdateEventSourceMapping DeleteEventSourceMapping
        ListEventSourceMappings""",
    "apigateway": """CreateRestApi GetRestApi GetRestApis UpdateRestApi DeleteRestApi CreateResource GetResource
        DeleteResource GetResources UpdateResource PutMethod GetMethod UpdateMethod DeleteMethod PutMethodResponse
        UpdateMethodResponse DeleteMethodResponse PutIntegration GetIntegration UpdateIntegration DeleteIntegration
        PutIntegrationResponse UpdateIntegrationResponse DeleteIntegrationResponse CreateDeployment GetDeployments
        GetDeployment UpdateDeployment DeleteDeployment CreateStage GetStage GetStages UpdateStage DeleteStage
        TagResource UntagResource GetTags GetAccount CreateModel GetModels UpdateModel DeleteModel
        CreateRequestValidator GetRequestValidators UpdateRequestValidator DeleteRequestValidator CreateAuthorizer
        GetAuthorizers UpdateAuthorizer DeleteAuthorizer PutGatewayResponse GetGatewayResponses DeleteGatewayResponse
        CreateUsagePlan GetUsagePlan GetUsagePlans UpdateUsagePlan DeleteUsagePlan CreateUsagePlanKey GetUsagePlanKeys
        DeleteUsagePlanKey CreateApiKey GetApiKey GetApiKeys UpdateApiKey DeleteApiKey CreateBasePathMapping
        GetBasePathMapping UpdateBasePathMapping DeleteBasePathMapping""",
    "s3": """CreateBucket DeleteBucket ListBuckets GetBucketLocation GetBucketTagging PutBucketTagging
        GetBucketNotificationConfiguration PutBucketNotificationConfiguration""",
    "scheduler": """CreateSchedule GetSchedule UpdateSchedule DeleteSchedule ListSchedules CreateScheduleGroup
        GetScheduleGroup DeleteScheduleGroup ListScheduleGroups TagResource UntagResource ListTagsForResource""",
    "schemas": """CreateRegistry DescribeRegistry UpdateRegistry DeleteRegistry ListRegistries CreateSchema
        DescribeSchema UpdateSchema DeleteSchema ListSchemas ListSchemaVersions CreateDiscoverer DescribeDiscoverer
        UpdateDiscoverer DeleteDiscoverer ListDiscoverers StartDiscoverer StopDiscoverer PutResourcePolicy
        GetResourcePolicy DeleteResourcePolicy TagResource UntagResource ListTagsForResource""",
    "cloudformation": """DescribeStacks ListExports ListStacks CreateChangeSet DescribeChangeSet ExecuteChangeSet
        DeleteChangeSet ListChangeSets GetTemplate GetTemplateSummary GetStackPolicy SetStackPolicy
        UpdateTerminationProtection DescribeStackEvents ContinueUpdateRollback DeleteStack""",
    "states": """CreateStateMachine DescribeStateMachine UpdateStateMachine DeleteStateMachine ListStateMachines
        TagResource UntagResource ListTagsForResource""",
    "ssm": "PutParameter GetParameter GetParameters GetParametersByPath DeleteParameter",
    "secretsmanager": "CreateSecret PutSecretValue DescribeSecret GetSecretValue DeleteSecret",
    "logs": """CreateLogGroup DescribeLogGroups PutRetentionPolicy DeleteRetentionPolicy DeleteLogGroup TagResource
        UntagResource ListTagsForResource DescribeResourcePolicies PutResourcePolicy DeleteResourcePolicy AssociateKmsKey
        DisassociateKmsKey PutLogGroupDeletionProtection PutBearerTokenAuthentication PutDataProtectionPolicy
        GetDataProtectionPolicy DeleteDataProtectionPolicy""",
}
# Codes of the older query protocol that SQS still sends in a header and the models no longer hold.
QUERY_CODES = {
    "QueueDoesNotExist": "AWS.SimpleQueueService.NonExistentQueue",
    "QueueDeletedRecently": "AWS.SimpleQueueService.QueueDeletedRecently",
    "QueueNameExists": "QueueAlreadyExists",
    "UnsupportedOperation": "AWS.SimpleQueueService.UnsupportedOperation",
}
# Folders of models that are called otherwise than what requests are signed for.
FOLDERS = {"states": "stepfunctions"}
SHAPE = ("type", "required", "enum", "min", "max", "flattened", "payload", "locationName")
MEMBER = ("shape", "location", "locationName", "flattened", "streaming")


def load(root, service):
    folder = os.path.join(root, FOLDERS.get(service, service))
    path = os.path.join(folder, sorted(os.listdir(folder))[-1], "service-2.json")
    opener, path = (gzip.open, path + ".gz") if os.path.exists(path + ".gz") else (open, path)
    with opener(path, "rt", encoding="utf-8") as file:
        return json.load(file)


def pick(source, keys):
    return {key: source[key] for key in keys if key in source}


def reduce_shape(shape):
    kept = pick(shape, SHAPE)
    if "members" in shape:
        kept["members"] = {name: pick(member, MEMBER) for name, member in shape["members"].items()}
    for inner in ("member", "key", "value"):
        if inner in shape:
            kept[inner] = pick(shape[inner], MEMBER)
    return kept


def reduce(model, names):
    shapes, operations, pending = {}, {}, []
    for name in names:
        operation = model["operations"][name]
        kept = {"method": operation["http"]["method"], "uri": operation["http"]["requestUri"]}
        kept["status"] = operation["http"].get("responseCode", 200)
        for side in ("input", "output"):
            if side in operation:
                kept[side] = operation[side]["shape"]
                if operation[side].get("resultWrapper"):
                    kept["wrapper"] = operation[side]["resultWrapper"]
                pending.append(operation[side]["shape"])
        operations[name] = kept
    while pending:
        name = pending.pop()
        if name in shapes:
            continue
        shapes[name] = reduce_shape(model["shapes"][name])
        members = list(shapes[name].get("members", {}).values())
        members += [shapes[name][inner] for inner in ("member", "key", "value") if inner in shapes[name]]
        pending += [member["shape"] for member in members]
    return operations, shapes, errors(model, names)


def errors(model, names):
    """Each error an operation states: its HTTP status and, where it differs, its code in the query protocol."""
    table = {}
    for name in names:
        for entry in model["operations"][name].get("errors", []):
            shape, error = entry["shape"], model["shapes"][entry["shape"]].get("error", {})
            code, query = shape, error.get("code", QUERY_CODES.get(shape))
            if model["metadata"]["protocol"] == "query" and query:
                code, query = query, None
            table[code] = {"status": error.get("httpStatusCode", 400), **({"query": query} if query else {})}
    return table


def write(path, model, operations, shapes, errors):
    meta = pick(model["metadata"], ("protocol", "jsonVersion", "targetPrefix", "endpointPrefix", "signingName", "apiVersion", "xmlNamespace"))
    line = lambda name, value: f"  {json.dumps(name)}: {json.dumps(value, separators=(',', ':'))}"
    body = lambda table: ",\n".join(line(name, table[name]) for name in sorted(table))
    with open(path, "w", encoding="utf-8") as out:
        out.write(f'{{"metadata": {json.dumps(meta)},\n"errors": {{\n{body(errors)}\n}},\n"operations": {{\n{body(operations)}\n}},\n"shapes": {{\n{body(shapes)}\n}}}}\n')


def main(root, out):
    for service, names in OPERATIONS.items():
        model = load(root, service)
        write(os.path.join(out, f"{service}.json"), model, *reduce(model, names.split()))


if __name__ == "__main__":
    main(*sys.argv[1:])
