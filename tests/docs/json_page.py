"""`docs/json-output.md`: the keys of report, plan, and what else is printed as JSON, from their schemas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .schema import (
    check_list_schema,
    error_schema,
    plan_schema,
    probe_schema,
    report_schema,
    trace_schema,
    version_schema,
)

_INTRODUCTION = """\
# What is printed as JSON

`kubectl ddfargate doctor -o json` prints one document on stdout, and nothing else.
`-o yaml` prints the same as YAML.
Its JSON Schema is in the package: `kubectl_ddfargate/data/report.schema.json`. This page is made from it.
Documents of their own are [one workload](#trace) (`doctor TYPE/NAME -o json`), [what a probe found](#probereport)
(`probe -o json`), [the plan of an install](#plan) (`diff -o json`), [the versions](#version) (`version -o json`)
and [the list of checks](#checklist) (`checks -o json`): `trace.schema.json`, `probe.schema.json`,
`plan.schema.json`, `version.schema.json` and `checks.schema.json`, in the same folder. Each of them may end as
[an error](#error): `error.schema.json`.

- All keys are always there. What is not known is `null`, what there is none of is an empty list.
- Within `ddfargate/v1alpha1` keys are added, not renamed or removed. Read what you know and ignore the rest.
- Ids of checks are never reused.
- Texts (`title`, `message`, `reason`, `observed`, `expected`) may change: do not parse them.
- No value of a Secret is in it, ever. In a diff it is masked, so that only *changed* is seen.

Where the server could not be asked, the document is of `kind: Error` and the exit code is 2. Where only the pods
could not be read, it is a Report with `answered: false`, and the exit code is 2 as well; where a plan is blocked
before anything could be compared, it is a Plan without `changes`, whose `notes` of level `block` say why. An error:

```json
{
  "apiVersion": "ddfargate/v1alpha1",
  "kind": "Error",
  "message": "context \\"prod\\" does not exist in ~/.kube/config",
  "hint": null,
  "exitCode": 2
}
```

Examples with jq:

```sh
# which workloads have an error, and why
kubectl ddfargate doctor -o json | jq -r '.findings[] | select(.severity == "error")
  | .id as $id | .subjects[] | "\\($id) \\(.namespace)/\\(.name)"'
# Fargate workloads without an agent
kubectl ddfargate doctor -o json | jq -r '.workloads[] | select(.agent == "none")
  | "\\(.namespace)/\\(.name)"'
# where the chain of one workload is broken first
kubectl ddfargate doctor deployment/coredns -n kube-system -o json | jq -r .brokenAt
# what agents do not reach, tried from inside their containers
kubectl ddfargate probe --yes -o json | jq -r '.pods[] | .target.pod as $pod | .steps[]
  | select(.result == "failed") | "\\($pod) \\(.step): \\(.detail)"'
# what an install would write, and what keeps it from that
kubectl ddfargate diff -o json | jq -r '(.changes[] | select(.op != "same")
  | "\\(.op) \\(.object.kind) \\(.object.namespace)/\\(.object.name)"),
  (.notes[] | select(.level == "block") | .text)'
# which of our policies must become another kind, and how
kubectl ddfargate version -o json | jq -r '.migrations[] | select(.needed) | "\\(.policy): \\(.command)"'
```
"""


def json_page() -> str:
    """The page."""
    schemas = {
        "Report": report_schema(),
        "Trace": trace_schema(),
        "ProbeReport": probe_schema(),
        "Plan": plan_schema(),
        "Version": version_schema(),
        "CheckList": check_list_schema(),
        "Error": error_schema(),
    }
    parts = {name: part for schema in schemas.values() for name, part in schema["$defs"].items()} | schemas
    order: list[str] = []
    for name in schemas:
        _reached(name, parts, order)
    sections = (_section(name, parts) for name in order if "properties" in parts[name])
    return _INTRODUCTION + "".join(f"\n{section}" for section in sections)


def _section(name: str, parts: dict[str, Any]) -> str:
    part = parts[name]
    rows = [
        f"| `{key}` | {_type(field, parts)} | {field.get('description', '').replace('|', chr(92) + '|')} |"
        for key, field in part["properties"].items()
    ]
    text = str(part.get("description", "")).split("\n\n")[0]
    return "\n".join([f"## {name}", "", text, "", "| key | value | meaning |", "| --- | --- | --- |", *rows, ""])


def _type(field: dict[str, Any], parts: dict[str, Any]) -> str:
    if "const" in field:
        return f"`{field['const']}`"
    if "enum" in field:
        return ", ".join(f"`{'null' if word is None else word}`" for word in field["enum"])
    if "$ref" in field:
        name = _target(field)
        return f"[{name}](#{name.lower()})" if "properties" in parts[name] else _type(parts[name], parts)
    if "anyOf" in field:
        return " or ".join(_type(one, parts) for one in field["anyOf"])
    if field["type"] == "array":
        return f"list of {_type(field['items'], parts)}"
    if field["type"] == "object":
        return f"{_type(field['additionalProperties'], parts)} by name"
    return {"string": "text", "integer": "whole number"}.get(field["type"], str(field["type"]))


def _reached(name: str, parts: dict[str, Any], seen: list[str] | None = None) -> list[str]:
    """The parts in the order in which a reader meets them."""
    seen = [] if seen is None else seen
    if name not in seen:
        seen.append(name)
        for target in _targets(parts[name].get("properties", {})):
            _reached(target, parts, seen)
    return seen


def _targets(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "$ref" in node:
            yield _target(node)
        for value in node.values():
            yield from _targets(value)
    elif isinstance(node, list):
        for value in node:
            yield from _targets(value)


def _target(node: dict[str, Any]) -> str:
    return str(node["$ref"]).rpartition("/")[2]
