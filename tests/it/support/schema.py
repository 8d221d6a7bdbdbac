"""What a JSON Schema says of documents, as JSON on the output: for each of them the first error, or null.

`schema.py FILE`: a JSON file with `schemas` by name, `documents`, each a pair of a schema's name and a
document, and the name of the schema that is itself `checked` to be one.
"""

import json
import sys

import jsonschema

with open(sys.argv[1], encoding="utf-8") as file:
    given = json.load(file)
validators = {}
for name, schema in given["schemas"].items():
    if name == given["checked"]:
        # The keywords mean the same in draft 7, which many editors have and which is checked in a third of the time.
        jsonschema.Draft7Validator.check_schema({**schema, "definitions": schema["$defs"]})
    validators[name] = jsonschema.Draft202012Validator(schema)


def first(name, document):
    error = next(validators[name].iter_errors(document), None)
    return error and "/".join(map(str, error.absolute_path)) + ": " + error.message[:200]


json.dump([first(name, document) for name, document in given["documents"]], sys.stdout)
