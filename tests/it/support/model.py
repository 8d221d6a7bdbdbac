"""What the published API models say, for tests: JSON on the output.

`model.py inputs OPERATIONS`: the input members of each `service:Operation`, recursively, with path, type,
bounds, enumeration and whether they are required. `[]` is an item of a list, `*` a value of a map; a map
whose keys are an enumeration has a member for each. Of an operation that takes JSON patches also the members
of its answer, which is what patches reach.

`model.py reduced EXTRACT`: what the program EXTRACT makes of the models, by service.
"""

import json
import os
import runpy
import sys
import tempfile

import botocore
import botocore.loaders

# Folders of models that are called otherwise than what requests are signed for.
FOLDERS = {"states": "stepfunctions"}
DATA = os.path.join(os.path.dirname(botocore.__file__), "data")


def members(model, shape_name, path, above, found):
    shape = model["shapes"][shape_name]
    kept = {"path": path, "type": shape["type"]}
    kept.update({key: shape[key] for key in ("min", "max", "enum") if key in shape})
    if path:
        found.append(kept)
    if shape_name in above:
        return
    above = above | {shape_name}
    if shape["type"] == "structure":
        for name, member in shape["members"].items():
            at = len(found)
            members(model, member["shape"], f"{path}.{name}" if path else name, above, found)
            found[at]["required"] = name in shape.get("required", [])
    elif shape["type"] == "list":
        members(model, shape["member"]["shape"], f"{path}[]", above, found)
    elif shape["type"] == "map":
        for key in model["shapes"][shape["key"]["shape"]].get("enum", ["*"]):
            members(model, shape["value"]["shape"], f"{path}.{key}", above, found)


def inputs(operations):
    loader, models, told = botocore.loaders.Loader(), {}, {}
    for operation in operations:
        service, name = operation.split(":")
        if service not in models:
            models[service] = loader.load_service_model(FOLDERS.get(service, service), "service-2")
        told[operation] = []
        input_shape = models[service]["operations"][name].get("input")
        if input_shape:
            members(models[service], input_shape["shape"], "", frozenset(), told[operation])
        if any(member["path"] == "patchOperations" for member in told[operation]):
            output_shape = models[service]["operations"][name]["output"]
            members(models[service], output_shape["shape"], "", frozenset(), told[operation])
    return told


def reduced(extract):
    told = {}
    with tempfile.TemporaryDirectory() as folder:
        runpy.run_path(extract)["main"](DATA, folder)
        for file in os.listdir(folder):
            with open(os.path.join(folder, file), encoding="utf-8") as model:
                told[file.removesuffix(".json")] = json.load(model)
    return told


print(json.dumps({"inputs": inputs, "reduced": lambda paths: reduced(paths[0])}[sys.argv[1]](sys.argv[2:])))
