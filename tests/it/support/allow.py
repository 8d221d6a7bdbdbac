"""Makes a user with a written policy on moto, or has moto enforce policies from now on.

Arguments: the file of `--write-policy`, which of its policies, and an action to leave out (or nothing);
or `enforce`. Prints the user's access key, as JSON.

moto checks actions and not what they are on, so `Resource` is `*` here; it does not ask for `iam:PassRole`; and it
takes no signature of a service whose protocol is REST, so those are asked elsewhere.
"""

import json
import os
import sys
import urllib.request

import boto3

MOTO = os.environ["AWS_ENDPOINT_URL"]


def enforce():
    request = urllib.request.Request(
        f"{MOTO}/moto-api/reset-auth", data=b"0", headers={"Content-Type": "text/plain"}, method="POST"
    )
    urllib.request.urlopen(request).read()
    return {}


def user(file, which, without):
    with open(file) as written:
        policies = json.load(written)[which]
    for statement in [statement for policy in policies for statement in policy["Statement"]]:
        statement["Resource"] = "*"
        # An action that there is not stands for none.
        statement["Action"] = [action if action != without else "none:None" for action in statement["Action"]]
        statement.pop("Condition", None)
    iam = boto3.client("iam", endpoint_url=MOTO)
    name = f"{which}-{len(iam.list_users()['Users'])}"
    iam.create_user(UserName=name)
    for n, policy in enumerate(policies):
        iam.put_user_policy(UserName=name, PolicyName=f"written-{n}", PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return {"id": key["AccessKeyId"], "secret": key["SecretAccessKey"]}


if __name__ == "__main__":
    print(json.dumps(enforce() if sys.argv[1:] == ["enforce"] else user(*sys.argv[1:])))
