"""Which of our policies another kind should or could take the place of, and by which command: as `install` does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kubectl_ddfargate.cluster import Gateway
from kubectl_ddfargate.errors import DdfargateError
from kubectl_ddfargate.facts.kyverno import carries_out_legacy
from kubectl_ddfargate.facts.kyverno_health import Trouble
from kubectl_ddfargate.model.kinds import CLUSTER_POLICIES, MUTATING_POLICIES, Kind
from kubectl_ddfargate.model.kube.meta import Record
from kubectl_ddfargate.model.kubectl_line import ddfargate_line
from kubectl_ddfargate.model.objects import MANAGED_BY, MANAGER
from kubectl_ddfargate.model.version import Component, Migration

_KINDS = (CLUSTER_POLICIES, MUTATING_POLICIES)
_DEPRECATED = "Kyverno calls ClusterPolicies deprecated since 1.17, and is expected to ignore them from 1.20 on"
_IGNORED = "this Kyverno ignores ClusterPolicies"
_NOTHING = "it carries out no policy that this tool writes"
_NATIVE = "the server injects by itself then: nothing to start first, nothing that can be down"


class _Written(Record, frozen=True):
    manager: str = ""
    operation: str = ""
    api_version: str = ""


class _Head(Record, frozen=True):
    name: str = ""
    managed_fields: list[_Written] | None = None


class _Policy(Record, frozen=True):
    metadata: _Head = _Head()

    @property
    def written_as(self) -> str:
        """The API version of our apply; empty where there was none."""
        entries = self.metadata.managed_fields or ()
        ours = (one.api_version for one in entries if (one.manager, one.operation) == (MANAGER, "Apply"))
        return next(ours, "")


def migrations(
    gateway: Gateway,
    native: Component,
    kyverno: Sequence[Component],
    trouble: Trouble | None,
    notes: list[str],
    *,
    kubectl_flags: str,
) -> Iterator[Migration]:
    """By what is served, what of ours is there, and whether Kyverno answers (`trouble`: why it does not).

    What may not be read becomes a note. While Kyverno does not answer and may be back in a moment, `install` moves
    nothing by itself.
    """
    served = dict(one.split(" ", 1) for part in kyverno for one in part.serves)
    install = ddfargate_line(kubectl_flags, "install")
    gone = _gone(served, kyverno, trouble)
    for kind in _KINDS:
        if kind.kind not in served:
            continue
        for policy in _ours(gateway, kind, served[kind.kind], notes):
            why = _why_newer(policy, kind, served, kyverno) if trouble is None else ""
            address = f"{kind.kind.lower()}/{policy.metadata.name}"
            if why:
                yield Migration(
                    policy=address,
                    to=f"{MUTATING_POLICIES.kind} {served[MUTATING_POLICIES.kind]}",
                    why=why,
                    needed=kind is CLUSTER_POLICIES,
                    command=install,
                )
            if native.serves:
                yield Migration(
                    policy=address,
                    to=native.serves[0],
                    why=f"Kyverno does nothing for it: {gone}; {_NATIVE}" if gone else _NATIVE,
                    needed=bool(gone),
                    command=install if gone else f"{install} --injector admission-policy",
                )


def _gone(served: dict[str, str], kyverno: Sequence[Component], trouble: Trouble | None) -> str:
    """Why no policy of Kyverno's will do anything here any more; empty where one does, or may do so again."""
    if trouble is not None:
        return trouble.why if trouble.lasts else ""
    from kubectl_ddfargate.resolve.engines import carried_out  # what else comes with it, only a cluster needs

    version = next((part.version for part in kyverno if part.version), None)
    return "" if carried_out(tuple(served.items()), version) else _NOTHING


def _why_newer(policy: _Policy, kind: Kind, served: dict[str, str], kyverno: Sequence[Component]) -> str:
    """Why it should become a MutatingPolicy of the newest version; empty where it is one, or none is served."""
    newest = served.get(MUTATING_POLICIES.kind, "")
    if not newest or newest.endswith("/v1alpha1"):  # the tool writes none
        return ""
    if kind is CLUSTER_POLICIES:
        return _DEPRECATED if all(carries_out_legacy(one.version) for one in kyverno) else _IGNORED
    older = policy.written_as not in ("", newest)
    return f"it was written as {policy.written_as}, which may be served no more one day" if older else ""


def _ours(gateway: Gateway, kind: Kind, api_version: str, notes: list[str]) -> Sequence[_Policy]:
    path = f"/apis/{api_version}/{kind.plural}"
    try:
        return gateway.list(path, _Policy, label_selector=f"{MANAGED_BY}={MANAGER}")
    except DdfargateError as error:
        notes.append(error.message)
        return ()
