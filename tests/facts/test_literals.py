"""Where credentials stand in policies."""

from __future__ import annotations

import msgspec

from kubectl_ddfargate.facts.literals import literals_of_policy
from kubectl_ddfargate.model.kube.admission import MutatingAdmissionPolicy
from tests.cluster.canary import API_KEY


def test_variables_mutations_and_their_copy_are_looked_at() -> None:
    text = f"[{{'name': 'DD_API_KEY', 'value': '''{API_KEY}'''}}]"
    spec = {
        "variables": [{"name": "env", "expression": text}],
        "mutations": [{"jsonPatch": {"expression": "[]"}}, {"applyConfiguration": {"expression": text}}],
    }
    copy = {"kubectl.kubernetes.io/last-applied-configuration": msgspec.json.encode({"spec": spec}).decode()}
    whole = {"metadata": {"name": "p", "annotations": copy}, "spec": spec}

    found = literals_of_policy(msgspec.convert(whole, MutatingAdmissionPolicy))

    assert [(literal.variable, literal.in_annotation) for literal in found] == [
        ("DD_API_KEY", False),
        ("DD_API_KEY", False),
        ("DD_API_KEY", True),
    ]
    assert [literal.path for literal in found][:2] == ["spec.variables[env]", "spec.mutations[1]"]
