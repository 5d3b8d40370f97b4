"""What of a cluster is ours: by our label and our field manager, both, or by the mark of what was taken over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from kubectl_ddfargate.cluster.objects import Object, Objects
from kubectl_ddfargate.commands import replaced
from kubectl_ddfargate.commands.giving_back import give_back, notes_of, try_give_back
from kubectl_ddfargate.commands.replaced import Replaced, replaced_by
from kubectl_ddfargate.commands.taking_over import is_taken
from kubectl_ddfargate.errors import ForbiddenError
from kubectl_ddfargate.model.kubectl_line import kubectl_line
from kubectl_ddfargate.model.objects import ObjectRef, ref_of
from kubectl_ddfargate.model.ours import has_our_fields
from kubectl_ddfargate.model.plan import Note, NoteLevel
from kubectl_ddfargate.plan.owners import DEPLOYERS, owner_of

_POLICIES = (
    ("admissionregistration.k8s.io/v1", "MutatingAdmissionPolicyBinding"),
    ("admissionregistration.k8s.io/v1", "MutatingAdmissionPolicy"),
    ("policies.kyverno.io/v1", "MutatingPolicy"),
    ("policies.kyverno.io/v1beta1", "MutatingPolicy"),
    ("kyverno.io/v1", "ClusterPolicy"),
)
_REST = (
    ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"),
    ("rbac.authorization.k8s.io/v1", "ClusterRole"),
    ("external-secrets.io/v1", "ExternalSecret"),
    ("v1", "Secret"),
    ("v1", "Service"),
)
_SHARED = ("datadoghq.com/v2alpha1", "DatadogAgent")


class Owned(msgspec.Struct, frozen=True):
    """One object that is ours, or of which some fields are."""

    ref: ObjectRef
    is_policy: bool
    is_ours: bool = True
    """False: only some fields of somebody else's object are ours."""
    is_taken: bool = False
    """It was there before us, and gets its former values back."""
    uid: str = ""
    """That of the plan's reading: whatever has the name by then stays."""
    spec: Mapping[str, Any] | None = None
    """Its `spec`, where it has one: a Service's address."""
    subjects: tuple[tuple[str, str], ...] = ()
    """Namespace and name of the ServiceAccounts of a binding."""
    replaced: tuple[Replaced, ...] = ()
    """The policies that it replaced."""
    notes: tuple[Note, ...] = ()
    """What giving it back leaves to the reader."""

    def __repr__(self) -> str:
        """Without content."""
        return f"Owned({self.ref.address})"

    @property
    def goes(self) -> bool:
        """Whether it is deleted. All else is given back to its owner."""
        return self.is_ours and not self.is_taken

    @property
    def why(self) -> str:
        """For the reader of a plan."""
        if self.is_taken:
            kept = "" if self.is_policy else "; once no running pod refers to it"
            return f"put back as it was: it was there before install{kept}"
        if not self.is_ours:
            return "our fields of it go; the rest is its owner's"
        return "our policy" if self.is_policy else "ours; kept while a running pod refers to it"

    @property
    def verb(self) -> str:
        """What is said after it went."""
        if self.is_taken:
            return "put back as it was"
        return "deleted" if self.is_ours else "configured"

    def release(self, objects: Objects) -> None:
        """Delete it, or give up our fields of it, or put it back as it was."""
        if self.goes:
            objects.delete(self.ref, uid=self.uid)
        elif self.is_taken:
            give_back(objects, self.ref, whole=self.is_ours)
        else:
            metadata = {"name": self.ref.name, "namespace": self.ref.namespace}
            objects.apply({"apiVersion": self.ref.api_version, "kind": self.ref.kind, "metadata": metadata})
            if self.replaced:  # the note is found again though a run ends before this
                objects.merge_patch(self.ref, {"metadata": {"annotations": {replaced.ANNOTATION: None}}})

    def try_release(self, objects: Objects) -> None:
        """The same as a dry run of the server. Raises ApiError where it, or admission, would refuse it."""
        if self.goes:
            objects.delete(self.ref, uid=self.uid, dry_run=True)
        elif self.is_taken:
            try_give_back(objects, self.ref)
        else:
            metadata = {"name": self.ref.name, "namespace": self.ref.namespace}
            manifest = {"apiVersion": self.ref.api_version, "kind": self.ref.kind, "metadata": metadata}
            objects.apply(manifest, dry_run=True)


class Labelled(msgspec.Struct, frozen=True):
    """An object with our label that we did not apply."""

    ref: ObjectRef
    owner: str
    """Who applied it, as far as it is known: `argocd`, `kubectl-client-side-apply`."""

    def note(self, kubectl_flags: str) -> Note:
        """That it stays, and how it goes."""
        text = f"{self.ref.address} has our label, but {self.owner or 'another hand'} applied it: it stays"
        if self.owner in DEPLOYERS:
            return Note(level=NoteLevel.INFO, text=f"{text}; to be rid of it, take it out of its source")
        group, slash, _ = self.ref.api_version.rpartition("/")
        named = f"{self.ref.kind.lower()}{'.' if slash else ''}{group}/{self.ref.name}"
        place = ("-n", self.ref.namespace) if self.ref.namespace else ()
        command = kubectl_line(kubectl_flags, "delete", named, *place)
        return Note(level=NoteLevel.INFO, text=f"{text}; to be rid of it:", commands=(command,))


class Found(msgspec.Struct, frozen=True):
    """All that is ours, policies first, and what could not be looked for."""

    owned: tuple[Owned, ...]
    refused: tuple[str, ...] = ()
    """`list secrets`: the rights that lack."""
    theirs: tuple[Labelled, ...] = ()
    """What has our label, and was applied by somebody else: from `render`, or from what doctor prints."""


def owned_objects(objects: Objects) -> Found:
    """All that is ours in a cluster, as far as the caller may list it."""
    found: dict[tuple[str, str, str], Owned] = {}
    refused: list[str] = []
    theirs: dict[tuple[str, str, str], Labelled] = {}
    for kinds, is_policy in ((_POLICIES, True), (_REST, False)):
        for kind in kinds:
            for live in _listed(objects, kind, refused, labelled=True):
                if has_our_fields(live) or is_taken(live):
                    one = _owned(live, is_policy=is_policy)
                    found.setdefault((one.ref.kind, one.ref.namespace, one.ref.name), one)
                else:
                    ref = ref_of(live)
                    theirs.setdefault((ref.kind, ref.namespace, ref.name), Labelled(ref, owner_of(live)))
    for live in _listed(objects, _SHARED, refused, labelled=False):
        if has_our_fields(live) or is_taken(live) or replaced_by(live):
            one = _owned(live, is_policy=True, is_ours=False)
            found[one.ref.kind, one.ref.namespace, one.ref.name] = one
    owned = sorted(found.values(), key=lambda one: not one.is_policy)
    return Found(tuple(owned), tuple(dict.fromkeys(refused)), tuple(theirs.values()))


def _listed(objects: Objects, kind: tuple[str, str], refused: list[str], *, labelled: bool) -> list[Object]:
    try:
        return list(objects.list_owned([kind])) if labelled else objects.list_all(kind)
    except ForbiddenError:
        served = objects.served(*kind)
        refused.append(f"list {served.resource if served else kind[1]}")
        return []


def _owned(live: Mapping[str, Any], *, is_policy: bool, is_ours: bool = True) -> Owned:
    ref = ref_of(live)
    return Owned(
        ref,
        is_policy,
        is_ours=is_ours,
        is_taken=is_taken(live),
        uid=live["metadata"].get("uid", ""),
        spec=live.get("spec"),
        subjects=tuple((one.get("namespace", ""), one["name"]) for one in live.get("subjects") or ()),
        replaced=replaced_by(live),
        notes=tuple(notes_of(live, ref)) if is_taken(live) else (),
    )
