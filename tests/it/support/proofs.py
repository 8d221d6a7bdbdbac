"""Runs proofs of losses: a JSON file of pairs, whether it is about moto, and the Python text.

Prints a JSON list: what each left in `lost`.
"""

import json
import os
import sys

import boto3

ENDPOINTS = {False: "AWS_ENDPOINT_URL", True: "AWS_ENDPOINT_URL_PIPES"}


def run(is_moto, proof):
    endpoint = os.environ[ENDPOINTS[is_moto]]
    scope = {"json": json, "client": lambda service: boto3.client(service, endpoint_url=endpoint)}
    exec(proof, scope)
    return scope["lost"]


with open(sys.argv[1]) as file:
    print(json.dumps([run(*row) for row in json.load(file)]))
