"""`doctor --print-rbac`: the rights to ask for, as manifests to apply. No cluster is asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubectl_ddfargate.checks import Check

_READER = """\
What doctor reads, for {checks}. Nothing can be changed with it.
Save it as a file, apply it, and bind it to whoever runs doctor:
  kubectl create clusterrolebinding {name} --clusterrole={name} --user=NAME
In namespaces alone: bind it there (kubectl create rolebinding … -n NAMESPACE), and run doctor -n NAMESPACE."""
_SECRETS = """\
Secrets are read by the names that agents use, and no value is kept or shown. RBAC gives whole Secrets all the
same: to narrow it, add their names to that rule (resourceNames)."""
_PROVER = """\
Proof, which is not needed: without it what only a dry-run can tell is skipped. Delete what you refuse.
A dry-run asks for the right to make pods, and RBAC cannot give it for dry-runs alone: who holds it can run any
image as any ServiceAccount of the namespace, and so read its Secrets. That is the reason to refuse it.
Reviews ask the server what the agents' ServiceAccounts may do, where RBAC objects are read otherwise."""
_IMPERSONATOR = """\
With it a dry-run counts as the controller's that makes the pods. Without it, it counts as yours, and Kyverno may
treat you otherwise (excludeGroups). To act as these controllers is to make pods in all namespaces: that is the
reason to refuse it."""


def rights_text(checks: Sequence[Check], *, logs: bool) -> str:
    """The YAML: what is read, and apart from it, with the reasons against it, what proof would need."""
    from kubectl_ddfargate.checks import CHECKS
    from kubectl_ddfargate.commands.read_rights import READER, prover_roles, read_rights, reader_role
    from kubectl_ddfargate.model.kinds import SECRETS
    from kubectl_ddfargate.render.manifest_yaml import manifest_yaml

    ids = ", ".join(check.id for check in checks)
    name = "all checks" if len(checks) == len(CHECKS) else ids
    remarks = [_READER.format(checks=name, name=READER)]
    if SECRETS.resource in read_rights(checks):
        remarks.append(_SECRETS)
    prover, impersonator = prover_roles()
    return "---\n".join(
        (
            manifest_yaml(reader_role(checks, logs=logs), remarks=_wrapped(remarks)),
            manifest_yaml(prover, remarks=[_PROVER]),
            manifest_yaml(impersonator, remarks=[_IMPERSONATOR]),
        )
    )


def _wrapped(remarks: list[str]) -> Iterator[str]:
    """Lines of at most 112 characters: a list of ids may be long."""
    import textwrap

    for remark in remarks:
        for line in remark.splitlines():
            indent = "    " if line.startswith("  ") else "  "
            yield textwrap.fill(line, 112, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False)
