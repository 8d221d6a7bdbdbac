"""Whether payloads are as published: for each pair of a JSON Schema (draft 4) and a document what is wrong, as JSON.

`contract.py FILE`: a JSON file with a list of pairs.
"""

import json
import sys

import jsonschema

with open(sys.argv[1], encoding="utf-8") as file:
    pairs = json.load(file)


def wrong(schema, document):
    jsonschema.Draft4Validator.check_schema(schema)
    return [error.message for error in jsonschema.Draft4Validator(schema).iter_errors(document)]


json.dump([wrong(*pair) for pair in pairs], sys.stdout)
