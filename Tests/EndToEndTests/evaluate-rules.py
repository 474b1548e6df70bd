"""Evaluates the x-kubernetes-validations of a schema on objects: {"schema", "objects": [{"id", "object"}]} in, and
{id: ["field: message"]} out. Objects fit the schema and have their defaults."""

import json
import sys

import celpy

environment = celpy.Environment()
programs = {}


def violations(schema, value, path):
    for rule in schema.get("x-kubernetes-validations", []):
        text = rule["rule"]
        if text not in programs:
            programs[text] = environment.program(environment.compile(text))
        if not programs[text].evaluate({"self": celpy.json_to_cel(value)}):
            yield f"{path}{rule.get('fieldPath', '')}: {rule['message']}".lstrip(".")
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from violations(schema.get("items", {}), item, f"{path}[{index}]")
    if isinstance(value, dict):
        for name, member in schema.get("properties", {}).items():
            if name in value:
                yield from violations(member, value[name], f"{path}.{name}")


with open(sys.argv[1]) as file:
    request = json.load(file)
json.dump(
    {entry["id"]: list(violations(request["schema"], entry["object"], "")) for entry in request["objects"]}, sys.stdout)
