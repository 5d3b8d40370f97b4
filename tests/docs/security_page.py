"""`docs/security.md`: what the tool reads, what of it stays, and what it writes; from kinds and manifests."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from typing import Any

import msgspec

from kubectl_ddfargate.manifests import desired_objects
from kubectl_ddfargate.model import kinds
from kubectl_ddfargate.model.kinds import Kind
from kubectl_ddfargate.model.kube.meta import Annotations
from kubectl_ddfargate.model.objects import Desired
from kubectl_ddfargate.model.redaction import CREDENTIAL_VARIABLES, READABLE_VARIABLES
from tests.manifests.designs import KINDS, design

_BY_HAND = {
    kinds.SECRETS: "by name, those that agents refer to: the keys, and of each value whether it is empty, shorter "
    "than 32 characters or longer, and a hash under a key of this one run",
    kinds.CONFIG_MAPS: "by name, those that agents refer to: the keys, and the values of the variables below",
}
"""What a record does not tell by the names of its fields."""

_PAGE = """\
# What it reads and writes

For whoever must say whether this may run in a cluster. The tables are made from the code, and a test holds them
fresh.

- It talks to the API server of the kubeconfig's context, through the proxy that the kubeconfig or the environment
  names, and to nothing else. There is no telemetry, and it does not look for newer versions of itself.
- `doctor`, `diff`, `snapshot`, `render` and `install --dry-run` change nothing. `install`, `uninstall`,
  `restart`, `probe` and `doctor --fix` show what they would do, and ask; without a terminal they need `--yes`.
- No value of a Secret is in an output, a log, a saved snapshot or an error: it is turned into a mark while the
  answer is decoded, before any other part of the program sees it. Tests look for canaries in all of these.
- `--trace-requests FILE` records every request of a run: verb, path, status, size and time.

## What it reads

Each kind with what is kept of it; the rest of an object is dropped while it is decoded. The rights are in
[rights](rbac.md).

{reads}

- Of every object also: name, namespace, uid, labels, times, owners and who manages which fields, and of its
  annotations these alone: {annotations}.
- Of environment variables, wherever they stand, the name; and the value of these alone: {variables}. Of
  {credentials} a mark, as of a Secret. Of all others, and of proxies, nothing that could be a credential.
- Kinds in *italics* are read where the cluster serves them.
- With `--logs` 15 minutes of the agents' logs, a few pods of each workload; lines about connections are kept,
  without what may be a credential.
- Server answers about rights: access reviews of yourself, and of the ServiceAccounts of the workloads.

### Dry-runs

Where you may create pods, `doctor` sends each distinct template of a Fargate workload as a pod with `dryRun=All`.
Nothing is stored. Admission webhooks see it, and so does the audit log. `--no-prove` leaves it out. `install` and
`diff` send what they would write in the same way.

## What it writes

Only what the plan showed, by server-side apply, as field manager `kubectl-ddfargate`.

{writes}

And, only where the plan says so:

| when | what |
| --- | --- |
| `install --replace-existing` | a policy of yours that injects: saved in a file first, deleted when ours serves |
| `install --fix-kyverno-exclusions` | Kyverno's ConfigMap; what it said before is kept in an annotation of it |
| `--restart`, `restart` | the annotation of `kubectl rollout restart`; `minReadySeconds` while CoreDNS rolls |
| `probe` | runs a script in the agents' containers (`create pods/exec`); `--show-script` prints it. It reads only |
| `uninstall` | deletes what has our label, and gives back what was taken over |

Objects that Argo CD, Flux, Helm or EKS deploy are not changed beside them.

### Rights of what it makes

The agents get, through their ServiceAccounts, what Datadog's documentation asks for on Fargate, cluster-wide:

{rights}

`nodes/proxy` is a strong right: who has it may talk to the kubelet of any node
(https://kubernetes.io/docs/concepts/security/rbac-good-practices/). `--no-kubelet-rights` makes neither role nor
bindings, and [DDF501](checks/DDF501.md) says what the agents then lack. The injected container has no host path
and no added capability. Pods share their process namespace (`shareProcessNamespace`), as Datadog's own webhook
has it.

## Files and programs of your machine

| what | when |
| --- | --- |
| reads the kubeconfig, its certificates and tokens, and kubectl's kuberc | always, where a cluster is asked |
| runs the credential plugin that the kubeconfig names | as kubectl does |
| runs `KUBECTL_EXTERNAL_DIFF` | `diff`, where it is set; it is given files without values of Secrets |
| reads the file of `-f`, `--from`, `--price-file` | where given |
| writes `NAME.backup.yaml`, readable by you alone | `install --replace-existing` |
| writes the file or folder of `-o`, `--trace-requests` | where given |
| writes the helper of kubectl's completion beside the plugin | `completion install` |
| keeps names for TAB below `~/.kube/cache/ddfargate` (`--cache-dir`), readable by you alone | for an hour |
"""


def security_page() -> str:
    """The page."""
    return _PAGE.format(
        reads=_table(("kind", "what is kept"), _reads()),
        annotations=_listed(
            one.encode_name for one in msgspec.structs.fields(Annotations) if one.name != "last_applied"
        ),
        variables=_listed(sorted(READABLE_VARIABLES)),
        credentials=_listed(sorted(CREDENTIAL_VARIABLES)),
        writes=_table(("object", "injector", "why"), _writes()),
        rights=_table(("resources", "verbs"), _agents_rights()),
    )


def _reads() -> Iterator[tuple[str, str]]:
    """Resources, and what is kept: those kept alike share a row, one that is read in two ways has one."""
    told: dict[str, list[str]] = {}
    for kind in (*kinds.KINDS, *kinds.INSTALL_KINDS):
        name = f"*`{kind.resource}`*" if kind.optional else f"`{kind.resource}`"
        text = _BY_HAND.get(kind) or _kept(kind)
        if text not in told.setdefault(name, []):
            told[name].append(text)
    rows: dict[str, list[str]] = {}
    for name, texts in told.items():
        rows.setdefault("; ".join(texts), []).append(name)
    yield from ((", ".join(names), text) for text, names in rows.items())


def _kept(kind: Kind) -> str:
    """The fields of the record, and of what is in them."""
    words = []
    for field in msgspec.structs.fields(kind.record):
        if field.encode_name in {"metadata", "node"}:
            continue
        inner = _struct(field.type)
        names = [one.encode_name for one in msgspec.structs.fields(inner)] if inner else []
        words.append(f"`{field.encode_name}`" + (f" ({', '.join(names)})" if names else ""))
    return ", ".join(words) or "name and labels"


def _struct(hint: Any) -> type[msgspec.Struct] | None:
    """The struct in a type such as `list[Struct] | None`."""
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return hint
    if typing.get_origin(hint) in (types.UnionType, typing.Union, list, tuple):
        return next((found for one in typing.get_args(hint) if (found := _struct(one))), None)
    return None


def _writes() -> Iterator[tuple[str, str, str]]:
    """Each object of the manifests once, with the injectors that it comes with."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for name, (injector, _) in KINDS.items():
        for one in desired_objects(design(name)):
            key = (_address(one), one.why, "")
            found.setdefault(key, [])
            if injector not in found[key]:
                found[key].append(injector)
    every = len({injector for injector, _ in KINDS.values()})
    for (address, why, _), injectors in found.items():
        yield address, "all" if len(injectors) == every else ", ".join(f"`{one}`" for one in injectors), why


def _address(one: Desired) -> str:
    ref = one.ref
    where = f" -n {ref.namespace}" if ref.namespace else ""
    return f"`{ref.kind}/{ref.name}{where}`"


def _agents_rights() -> Iterator[tuple[str, str]]:
    role = next(one.manifest for one in desired_objects(design()) if one.ref.kind == "ClusterRole")
    for rule in role["rules"]:
        yield _listed(rule["resources"]), ", ".join(rule["verbs"])


def _listed(names: Any) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _table(heads: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
