"""Makes a stack of CloudFormation with a queue, an output and an export, past the program under test.

Endpoints, region and credentials come from the environment, as for every AWS tool.
"""

import json
import os

import boto3

TEMPLATE = {
    "Resources": {"Audit": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "platform-audit"}}},
    "Outputs": {
        "AuditArn": {"Value": {"Fn::GetAtt": ["Audit", "Arn"]}, "Export": {"Name": "platform-audit-arn"}},
        "Delay": {"Value": "7"},
    },
}

cloudformation = boto3.client("cloudformation", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
cloudformation.create_stack(StackName="platform", TemplateBody=json.dumps(TEMPLATE))
cloudformation.get_waiter("stack_create_complete").wait(StackName="platform", WaiterConfig={"Delay": 1})
print(json.dumps(cloudformation.describe_stacks(StackName="platform")["Stacks"][0]["Outputs"]))
