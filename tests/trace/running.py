"""Runs `doctor TYPE/NAME` as a user does, and what must hold of a chain with a broken link."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema

from tests.cluster import canary
from tests.cluster.cluster import Cluster
from tests.doctor.running import Run, ddfargate


def schema(name: str) -> dict[str, Any]:
    """A JSON Schema of the package."""
    text = (resources.files("kubectl_ddfargate") / "data" / f"{name}.schema.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    jsonschema.Draft202012Validator.check_schema(document)
    return document


def traced(cluster: Cluster, name: str, *words: str, namespace: str = "shop", by: Path | None = None) -> Run:
    """One run. No output of it holds a secret value."""
    run = ddfargate("doctor", f"deployment/{name}", "-n", namespace, *words, kubeconfig=by or cluster.kubeconfig)
    assert canary.found_in((run.out + run.err).encode()) == []
    return run


def document(cluster: Cluster, name: str, *, namespace: str = "shop", by: Path | None = None) -> dict[str, Any]:
    """The trace, of the form that the schema says."""
    run = traced(cluster, name, "-o", "json", namespace=namespace, by=by)
    jsonschema.validate(run.report, schema("trace"))
    return run.report


def states(trace: dict[str, Any]) -> dict[str, str]:
    """Step → what is known of it."""
    return {step["name"]: step["state"] for step in trace["steps"]}


def broken_at(trace: dict[str, Any], *steps: str) -> None:
    """It is marked, nothing before it is, and all that follows it is set back."""
    names = [step["name"] for step in trace["steps"]]
    assert trace["brokenAt"] in steps, states(trace)
    at = names.index(trace["brokenAt"])
    assert "broken" not in [step["state"] for step in trace["steps"][:at]]
    assert [step["afterBreak"] for step in trace["steps"]] == [number > at for number in range(len(names))]
    assert trace["steps"][at]["findings"]
