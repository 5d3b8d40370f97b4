"""Variables that come from elsewhere: from a Secret, which must be there first, or from a field of the pod."""

from __future__ import annotations

from collections.abc import Mapping

from kubectl_ddfargate.checks.container_changes import patch_template
from kubectl_ddfargate.checks.remedies import kubectl, set_at_the_source, set_by_hand
from kubectl_ddfargate.checks.secret_copy import fill_secret
from kubectl_ddfargate.facts.agents import AgentGroup
from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.facts.secret_facts import has_key
from kubectl_ddfargate.model.report import Fix

Reference = Mapping[str, Mapping[str, str]]
"""What stands under `valueFrom`: `{"secretKeyRef": {"name": …, "key": …}}`."""


def set_references(index: Index, group: AgentGroup, references: Mapping[str, Reference]) -> Fix:
    """Give variables of an agent their values from elsewhere, where that agent is made.

    A pod whose Secret is missing does not start, and a CoreDNS that does not start takes DNS with it. So a Secret
    that is not known to be there is made first, and where Secrets may not be read nothing is changed by a command.
    """
    entries = [f"- name: {name}\n  valueFrom:\n{_lines(reference)}" for name, reference in references.items()]
    try:
        before = secrets_first(index, group.namespace, references)
    except NotReadError:
        look = (_look(index, group.namespace, name) for name in sorted(_secrets(references)))
        return Fix(commands=tuple(look), patch=set_by_hand(index, group, "".join(entries)).patch)
    env = [{"name": name, "value": None, "valueFrom": reference} for name, reference in references.items()]
    words = patch_template(group, {"env": env})
    fix = set_at_the_source(index, group, words, "".join(entries))
    if fix.patch is None:
        # joined, so that a Secret which could not be made keeps the template as it is
        return Fix(commands=(" && ".join((*before, *fix.commands)),))
    return Fix(commands=(*before, *fix.commands), patch=fix.patch)


def secrets_first(index: Index, namespace: str, references: Mapping[str, Reference]) -> tuple[str, ...]:
    """The commands that make the Secrets and keys which are not known to be there.

    Raises NotReadError where Secrets may not be read.
    """
    lacking: dict[str, dict[str, str]] = {}
    for variable, reference in references.items():
        secret = reference.get("secretKeyRef")
        if secret is not None and not has_key(index, namespace, secret["name"], secret["key"]):
            lacking.setdefault(secret["name"], {})[secret["key"]] = variable
    return tuple(fill_secret(index, name, namespace, keys) for name, keys in sorted(lacking.items()))


def _secrets(references: Mapping[str, Reference]) -> set[str]:
    return {reference["secretKeyRef"]["name"] for reference in references.values() if "secretKeyRef" in reference}


def _look(index: Index, namespace: str, name: str) -> str:
    """`describe` shows the keys of a Secret and no value."""
    return kubectl(index, "describe", "secret", name, "-n", namespace)


def _lines(reference: Reference) -> str:
    return "".join(
        f"    {source}:\n" + "".join(f"      {field}: {value}\n" for field, value in fields.items())
        for source, fields in reference.items()
    )
