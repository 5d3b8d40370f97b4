"""Whole objects: read, applied, deleted, as the field manager of this tool.

What comes out holds no value of a Secret: each is replaced by its mark, which is equal for equal values in one run.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from kubectl_ddfargate.cluster import secret_values
from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.cluster.served import Served, ServedKind
from kubectl_ddfargate.errors import ApiError, ForbiddenError, NotFoundError
from kubectl_ddfargate.model.design import SecretCopy
from kubectl_ddfargate.model.kube.meta import Record
from kubectl_ddfargate.model.objects import MANAGED_BY, MANAGER, Manifest, ObjectRef, ref_of

APPLY = "application/apply-patch+yaml"
CONFLICT = 409
Object = dict[str, Any]


class _Metadata(Record, frozen=True):
    uid: str = ""


class _Named(Record, frozen=True):
    metadata: _Metadata = _Metadata()


class NotServedError(ApiError):
    """The server does not know the kind."""

    def __init__(self, api_version: str, kind: str) -> None:
        super().__init__(
            f"the server does not know {kind} ({api_version})",
            status=404,
            reason="NotServed",
            hint="install what brings this kind, or choose another --injector",
        )


class Objects:
    """The objects of one cluster."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        self._served = Served(gateway)

    def know(self, groups: Mapping[str, Collection[str]] | None) -> None:
        """Take over what a reading of the same cluster has seen: a Snapshot's `groups`."""
        self._served.know(groups or {})

    def served(self, api_version: str, kind: str) -> ServedKind | None:
        """Where a kind is served; None where it is not."""
        return self._served.find(api_version, kind)

    def path(self, ref: ObjectRef) -> str:
        """The URL path of an object. Raises NotServedError."""
        found = self.served(ref.api_version, ref.kind)
        if found is None:
            raise NotServedError(ref.api_version, ref.kind)
        return found.path(ref.namespace, ref.name)

    def live(self, ref: ObjectRef) -> Object | None:
        """The object as it is; None where it, or its kind, is not there."""
        if self.served(ref.api_version, ref.kind) is None:
            return None
        try:
            return secret_values.masked(self.gateway.get(self.path(ref), Object))
        except NotFoundError:
            return None

    def apply(self, manifest: Manifest, *, dry_run: bool = False, force: bool = False) -> Object:
        """Server-side apply. Raises ConflictError where others hold fields, and NotServedError."""
        return self._apply(manifest, dry_run=dry_run, force=force)

    def apply_secret(
        self,
        manifest: Manifest,
        copy: SecretCopy,
        *,
        dry_run: bool = False,
        force: bool = False,
        sources: secret_values.Sources | None = None,
    ) -> Object:
        """Server-side apply of a Secret, filled from its sources, or from what was read of them a moment before.

        Raises SourceMissingError too.
        """
        sources = sources or secret_values.Sources(self.gateway)
        return secret_values.send_filled(
            sources, manifest, copy, lambda filled: self._apply(filled, dry_run=dry_run, force=force)
        )

    def _apply(self, manifest: Manifest, *, dry_run: bool, force: bool) -> Object:
        query = {"fieldManager": MANAGER, "fieldValidation": "Strict", "force": "true" if force else "false"}
        if dry_run:
            query["dryRun"] = "All"
        path = self.path(ref_of(manifest))
        return secret_values.masked(
            self.gateway.patch(path, dict(manifest), Object, query=query, content_type=APPLY)
        )

    def create(self, manifest: Manifest) -> Object:
        """Create an object that is not there."""
        ref = ref_of(manifest)
        path = self.path(ref).rpartition("/")[0]
        created = self.gateway.post(path, dict(manifest), Object, query={"fieldManager": MANAGER})
        return secret_values.masked(created)

    def merge_patch(self, ref: ObjectRef, patch: Manifest, *, dry_run: bool = False) -> None:
        """Change some fields of somebody else's object."""
        query = {"fieldManager": MANAGER, **({"dryRun": "All"} if dry_run else {})}
        self.gateway.patch(self.path(ref), dict(patch), Object, query=query)

    def delete(self, ref: ObjectRef, *, uid: str | None = None, dry_run: bool = False) -> None:
        """Delete an object; good where it is gone already, or where another has its name by now.

        Without `uid` the one that is there now is meant.
        """
        path = self.path(ref)
        try:
            self.gateway.delete(path, uid=uid or self._uid(path), dry_run=dry_run)
        except NotFoundError:
            return
        except ApiError as error:
            if error.status != CONFLICT:
                raise

    def _uid(self, path: str) -> str | None:
        try:
            return self.gateway.get(path, _Named).metadata.uid
        except ForbiddenError:  # who may delete need not be one who may read
            return None

    def list_owned(self, kinds: Iterable[tuple[str, str]]) -> Iterator[Object]:
        """The objects of these kinds (API version and kind) that carry our label."""
        for kind in kinds:
            yield from self.list_all(kind, labels=f"{MANAGED_BY}={MANAGER}")

    def list_all(self, kind: tuple[str, str], *, labels: str | None = None) -> list[Object]:
        """All objects of one kind; none where it is not served."""
        served = self.served(*kind)
        if served is None:
            return []
        found = self.gateway.list(served.path(), Object, label_selector=labels)
        # the items of a list do not name their kind
        return [secret_values.masked({**one, "apiVersion": kind[0], "kind": kind[1]}) for one in found]
