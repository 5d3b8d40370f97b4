"""`docs/rbac.md`: what each command reads and writes, from the kinds that are read and what the preflight asks for.

The preflight is asked on behalf of somebody who may do nothing: what it would say to them is what is needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Any, cast

from msgspec.structs import replace

from kubectl_ddfargate.checks import CHECKS
from kubectl_ddfargate.cluster import rights_asked
from kubectl_ddfargate.cluster.objects import Objects
from kubectl_ddfargate.commands.read_rights import Rights, by_group, in_order, read_rights
from kubectl_ddfargate.facts.workloads import RESTARTABLE, WorkloadRef
from kubectl_ddfargate.manifests import desired_objects
from kubectl_ddfargate.model import kinds
from kubectl_ddfargate.model.design import SecretStore
from kubectl_ddfargate.model.objects import ObjectRef
from kubectl_ddfargate.model.plan import Change, Op, PlannedObject
from tests.manifests.designs import KINDS, design

_BY_STORE = replace(design(), secret_mode="external", secret_store=SecretStore("vault"))
_INSTALLED = [one.ref for made in (*map(design, KINDS), _BY_STORE) for one in desired_objects(made)]
_POLICIES = [one for one in _INSTALLED if one.kind in {*KINDS, kinds.BINDINGS.kind} and one.kind != "DatadogAgent"]

EVERY = "doctor, and what every command reads"

_PAGE = """\
# Rights

What a user needs for each command, as RBAC spells it. The page is made from the kinds that are read and from the
questions that the preflight asks; a test gives a user exactly these rights and runs the commands.

- `kubectl ddfargate doctor --print-rbac` prints the ClusterRole for reading, with `--check` or `--skip-check` the
  smallest one for these checks, and apart from it what proof would need.
- Kinds that a cluster does not serve (Kyverno's, the Datadog Operator's) need no right.
- `events` and `replicasets` are read where a pod needs them; `doctor --logs` needs `get` on `pods/log` too.
- Lists are of all namespaces. Where only some may be read, `doctor -n` does with a Role; what could not be read is
  *unknown*, and `install` is blocked by what it had to know.
- What lacks is told before anything is written, each as `verb resource -n namespace`.
- A write of `diff` and of `--dry-run=server` is a dry-run of the server, which asks for the same right.
- Secrets are read by name; `uninstall` lists them by our label. No value is printed or kept.
- `pods` / `create` is a dry-run: no pod is made. Without it a check is *unknown*, and `install` does not go on.
- To make the ClusterRole of the agents one must hold what it gives, or have `escalate` on `clusterroles`; for its
  bindings the same, or `bind`. cluster-admin has all of it.
- Of use, not needed: `impersonate` on `serviceaccounts` in kube-system (dry-runs are then sent as the workload's
  controller), and `create` on `subjectaccessreviews.authorization.k8s.io` (without it RBAC objects are read).
  `list` on `ipaddresses.networking.k8s.io` tells which addresses are taken beside those of Services.
"""


class _Refusing:
    """A gateway to a server that allows nothing."""

    def post(self, *_: object, **__: object) -> Any:
        return SimpleNamespace(status=SimpleNamespace(allowed=False))


class _Objects:
    """All kinds are served."""

    gateway = _Refusing()

    def served(self, api_version: str, kind: str) -> Any:
        known = kinds.BY_KIND.get(kind)
        group = api_version.rpartition("/")[0]
        return SimpleNamespace(plural=known.plural if known else f"{kind.lower()}s", group=group)


_OBJECTS = cast(Objects, _Objects())


def needed() -> Mapping[str, Rights]:
    """Command → what it needs beside what EVERY command reads, and beside the same command without the flag."""
    planned = merged(
        _looked_at(_INSTALLED), _asked(_changes(Op.CREATE, _INSTALLED)), {kinds.IP_ADDRESSES.resource: {"list"}}
    )
    rolled = [WorkloadRef("default", kind, "x") for kind in sorted(RESTARTABLE)]
    proof = [one for ref in _POLICIES for one in rights_asked.to_take_back(_OBJECTS, ref, Op.CREATE)]
    replaced = [one for ref in _POLICIES for one in rights_asked.to_replace(_OBJECTS, ref)]
    back = _asked(_changes(Op.DELETE, (one for one in _INSTALLED if one.kind != "DatadogAgent")))
    ours = {resource: {"list", "get", "patch"} for resource in _looked_at(_INSTALLED)}
    return {
        EVERY: _reads(),
        "diff": planned,
        "install": merged(planned, _told(proof)),
        "install --replace-existing": _told(replaced),
        "install --restart": _told(rights_asked.to_restart(rolled, undoes=True)),
        "restart": _told(rights_asked.to_restart(rolled, undoes=False)),
        "uninstall": merged(ours, back),
        "uninstall --restart": _told(rights_asked.to_restart(rolled, undoes=False)),
    }


def merged(*parts: Mapping[str, set[str]]) -> Rights:
    """All of them together."""
    found: Rights = {}
    for part in parts:
        for resource, verbs in part.items():
            found.setdefault(resource, set()).update(verbs)
    return found


def rbac_page() -> str:
    """The page."""
    return _PAGE + "".join(_section(command, rights) for command, rights in needed().items())


def _section(command: str, rights: Rights) -> str:
    base = f"what `{command.partition(' ')[0]}` needs" if " --" in command else "what every command reads"
    more = "" if command == EVERY else f"\n\nBeside {base}:"
    rows = [
        f"| `{resource}` | {', '.join(f'`{verb}`' for verb in in_order(rights[resource]))} |"
        for resource in sorted(rights, key=by_group)
    ]
    return f"\n## {command}{more}\n\n| resource | verbs |\n| --- | --- |\n" + "\n".join(rows) + "\n"


def _reads() -> Rights:
    """What `doctor --print-rbac` prints, and the dry-runs that `install` cannot do without."""
    return merged(read_rights(CHECKS), {kinds.PODS.resource: {"create"}})


def _looked_at(refs: Iterable[ObjectRef]) -> Rights:
    """The live object beside each that is wanted."""
    return merged(*({resource: {"get"} for _, resource in map(_split, _names("get", refs))},))


def _names(verb: str, refs: Iterable[ObjectRef]) -> list[str]:
    served = [_Objects().served(ref.api_version, ref.kind) for ref in refs]
    return [f"{verb} {one.plural}.{one.group}".rstrip(".") for one in served]


def _changes(op: Op, refs: Iterable[ObjectRef]) -> list[Change]:
    return [
        Change(
            object=PlannedObject(
                api_version=ref.api_version, kind=ref.kind, namespace=ref.namespace, name=ref.name
            ),
            op=op,
            why="",
        )
        for ref in refs
    ]


def _asked(changes: Iterable[Change]) -> Rights:
    lacking = rights_asked.missing_rights(_OBJECTS, changes)
    return merged(*({resource: {verb}} for verb, resource in map(_split, lacking)))


def _told(permissions: Iterable[Any]) -> Rights:
    return merged(*({resource: {verb}} for verb, resource in (_split(one.told) for one in permissions)))


def _split(told: str) -> tuple[str, str]:
    verb, resource = told.partition(" -n ")[0].split()
    return verb, resource
