"""The schemas of Kyverno's CRDs, out of the Go module that the test cluster pins. None where it is not there."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import yaml

_MODULE = Path(__file__).parent.parent / "cluster" / "binaries" / "kyverno"
_FILES = {
    "MutatingPolicy": "policies.kyverno.io/policies.kyverno.io_mutatingpolicies.yaml",
    "ClusterPolicy": "kyverno/kyverno.io_clusterpolicies.yaml",
}


@functools.cache
def _folder() -> Path | None:
    """Where the module lies, if it was fetched before: nothing is fetched here."""
    go = shutil.which("go")
    if go is None:
        return None
    command = [go, "list", "-mod=readonly", "-m", "-f", "{{.Dir}}", "github.com/kyverno/kyverno"]
    done = subprocess.run(
        command, cwd=_MODULE, capture_output=True, text=True, check=False, env=_offline(), timeout=60
    )
    place = Path(done.stdout.strip()) / "config" / "crds"
    return place if done.returncode == 0 and done.stdout.strip() and place.is_dir() else None


def _offline() -> dict[str, str]:
    return {**os.environ, "GOPROXY": "off", "GOFLAGS": "-mod=mod"}


def schema(kind: str, api_version: str) -> dict[str, Any] | None:
    """The schema of a served version, closed against unknown keys."""
    folder = _folder()
    if folder is None:
        return None
    crd = yaml.load((folder / _FILES[kind]).read_text(encoding="utf-8"), Loader=_loader())
    for version in crd["spec"]["versions"]:
        if f"{crd['spec']['group']}/{version['name']}" == api_version and version["served"]:
            found: dict[str, Any] = _closed(version["schema"]["openAPIV3Schema"])
            return found
    raise LookupError(f"no {kind} {api_version} is served")


def _loader() -> Any:
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _closed(schema: Any) -> Any:
    """An unknown key is an error, as it is for a server that is asked to be strict."""
    if isinstance(schema, list):
        return [_closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(one) for key, one in schema.items()}
    # where the schema says nothing of keys, any will do
    open_to_all = schema.get("x-kubernetes-preserve-unknown-fields") or "additionalProperties" in schema
    if isinstance(schema.get("properties"), dict) and not open_to_all and schema.get("type") == "object":
        closed["additionalProperties"] = False
    return closed
