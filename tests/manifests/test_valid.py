"""Every object is valid for every Kubernetes version that its validator knows, and Kyverno's by their CRDs."""

from __future__ import annotations

import os
from typing import Any

import jsonschema
import kubernetes_validate  # type: ignore[import-untyped]
import pytest
from kubernetes_validate.utils import all_versions  # type: ignore[import-untyped]

from kubectl_ddfargate.manifests import desired_objects
from kubectl_ddfargate.model.objects import Desired
from tests.manifests.kyverno_schemas import schema
from tests.manifests.test_golden import DESIGNS

pytestmark = pytest.mark.computes

OLDEST = (1, 30)
CUSTOM = {"MutatingPolicy", "ClusterPolicy", "DatadogAgent", "ExternalSecret"}
"""Kinds of CRDs: the first two are validated by their own."""
NATIVE_SINCE = {"MutatingAdmissionPolicy": (1, 36), "MutatingAdmissionPolicyBinding": (1, 36)}


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2])


VERSIONS = sorted({version for version in all_versions() if _number(version) >= OLDEST}, key=_number)


def _built_in() -> dict[str, list[Desired]]:
    """Kind → objects that differ: the validator is slow, and designs have much in common."""
    found: dict[str, list[Desired]] = {}
    for given in DESIGNS.values():
        for one in desired_objects(given):
            known = found.setdefault(one.ref.kind, []) if one.ref.kind not in CUSTOM else None
            if known is not None and one.manifest not in [other.manifest for other in known]:
                known.append(one)
    return found


BUILT_IN = _built_in()


def test_the_validator_knows_the_versions_that_are_meant() -> None:
    assert _number(VERSIONS[0]) == OLDEST
    assert _number(VERSIONS[-1]) >= (1, 36)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("kind", BUILT_IN)
def test_valid(kind: str, version: str) -> None:
    for one in BUILT_IN[kind]:
        if _number(version) < NATIVE_SINCE.get(kind, OLDEST):
            # the kind is not there yet, and that alone is why
            with pytest.raises(kubernetes_validate.SchemaNotFoundError):
                kubernetes_validate.validate(_plain(one.manifest), version, strict=True)
            continue
        kubernetes_validate.validate(_plain(one.manifest), version, strict=True)


@pytest.mark.parametrize("kind", BUILT_IN)
def test_the_validator_would_find_an_unknown_key(kind: str) -> None:
    broken = {**_plain(BUILT_IN[kind][0].manifest), "nonsense": 1}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(broken, VERSIONS[-1], strict=True)


@pytest.mark.parametrize(
    ("kind", "api_version"),
    [
        ("MutatingPolicy", "policies.kyverno.io/v1"),
        ("MutatingPolicy", "policies.kyverno.io/v1beta1"),
        ("ClusterPolicy", "kyverno.io/v1"),
    ],
)
def test_kyvernos_kinds_by_their_own_schema(kind: str, api_version: str) -> None:
    known = schema(kind, api_version)
    if known is None:
        assert os.environ.get("CI") != "true", "CI must have Kyverno's module"
        pytest.skip("Kyverno's Go module is not there: the test cluster fetches it when it builds Kyverno")
    validator = jsonschema.Draft202012Validator(known)
    found = [one.manifest for given in DESIGNS.values() for one in desired_objects(given) if one.ref.kind == kind]
    assert found
    for manifest in found:
        validator.validate({**_plain(manifest), "apiVersion": api_version})
    with pytest.raises(jsonschema.ValidationError):
        validator.validate({**_plain(found[0]), "spec": {**found[0]["spec"], "nonsense": 1}})


def _plain(manifest: Any) -> dict[str, Any]:
    return dict(manifest)
