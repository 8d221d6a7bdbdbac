"""Calls functions of stacks in order, without AWS: what each of them returns, and what it has asked of AWS, as JSON.

`run_functions.py FILE`: a JSON file with a list of calls: the `folder` of a function, its `handler`, the `event`, and
the `environment`.
"""

import importlib
import json
import os
import sys
import types

ASKED = []


class Client:
    """Takes every call of an API, and does nothing."""

    def __init__(self, service):
        self.service = service

    def __getattr__(self, operation):
        return lambda **input: ASKED.append({"service": self.service, "operation": operation, "input": input})


def call(folder, handler, event, environment):
    os.environ.update(environment)
    known = set(sys.modules)
    sys.path.insert(0, folder)
    module, name = handler.rsplit(".", 1)
    try:
        return getattr(importlib.import_module(module), name)(event, None)
    finally:
        sys.path.remove(folder)
        # Another function may call its modules the same.
        for own in set(sys.modules) - known:
            del sys.modules[own]


sys.modules["boto3"] = types.SimpleNamespace(client=Client)
with open(sys.argv[1], encoding="utf-8") as file:
    calls = json.load(file)
returned = [
    call(one["folder"], one["handler"], one["event"], one.get("environment", {})) for one in calls
]
json.dump({"returned": returned, "asked": ASKED}, sys.stdout)
