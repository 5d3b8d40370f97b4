"""Gives back what was taken over: its former values where nobody has touched them since, and nothing of us."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from kubectl_ddfargate.cluster.objects import Objects
from kubectl_ddfargate.commands import replaced
from kubectl_ddfargate.commands.taking_over import ANNOTATION, is_taken, kept_of
from kubectl_ddfargate.errors import ApiError
from kubectl_ddfargate.model.objects import MANAGED_BY, ObjectRef
from kubectl_ddfargate.model.ours import fields_of_others, has_our_label
from kubectl_ddfargate.model.plan import Note, NoteLevel
from kubectl_ddfargate.plan.former import paths, way_back

_CHANGED = 409


def give_back(objects: Objects, ref: ObjectRef, *, whole: bool = True) -> None:
    """Put the former values back. Nothing where the object carries none, or is gone.

    `whole` False: only some fields were wanted; those that had no value before go with our apply of nothing.
    """
    live = objects.live(ref)
    if live is None or not is_taken(live):
        return
    objects.merge_patch(ref, _patch(live))
    if not whole:
        objects.apply({"apiVersion": ref.api_version, "kind": ref.kind, "metadata": _name(ref)})
    forget(objects, ref)


def try_give_back(objects: Objects, ref: ObjectRef) -> None:
    """Ask the server whether it would take the former values, by a dry run. Raises ApiError where it would not."""
    live = objects.live(ref)
    if live is not None and is_taken(live):
        objects.merge_patch(ref, _patch(live), dry_run=True)


def forget(objects: Objects, ref: ObjectRef, *, patches_only: bool = False) -> None:
    """Take our entries out of managedFields: else the former owner would be in conflict with us for ever.

    `patches_only`: what we applied stays ours.
    """
    live = objects.live(ref)
    if live is None:
        return
    metadata = live["metadata"]
    others = fields_of_others(live, and_applied=patches_only)
    if len(others) == len(metadata.get("managedFields") or ()):
        return
    # an empty list would be taken for a client that knows no managedFields; this empties them
    patch = {"metadata": {"managedFields": others or [{}], "resourceVersion": metadata["resourceVersion"]}}
    try:
        objects.merge_patch(ref, patch)
    except ApiError as error:
        if error.status != _CHANGED:  # somebody writes at this moment: what stays is no more than a name
            raise


def notes_of(live: Mapping[str, Any], ref: ObjectRef) -> list[Note]:
    """What is left to the reader: values that somebody changed since, and those that are kept nowhere."""
    if ref.kind == "Secret":
        text = f"{ref.address} was there before install: it stays, with the values that it has; our label goes"
        return [Note(level=NoteLevel.WARNING, text=text)]
    kept = kept_of(live)
    if kept is None:
        text = f"{ref.address} was there before install, and what it was is not known any more: it stays as it is"
        return [Note(level=NoteLevel.WARNING, text=text)]
    found = []
    if touched := way_back(kept, live).touched:
        text = f"{ref.address} was changed since by somebody else: put back {', '.join(paths(touched))} by hand"
        values: str = yaml.safe_dump(touched, allow_unicode=True)
        found.append(Note(level=NoteLevel.WARNING, text=text, values=values))
    if kept.lost:
        text = f"{ref.address}: {', '.join(kept.lost)} held a credential, kept nowhere: put it back by hand"
        found.append(Note(level=NoteLevel.WARNING, text=text))
    return found


def _patch(live: Mapping[str, Any]) -> dict[str, Any]:
    kept = kept_of(live)
    patch: dict[str, Any] = {} if kept is None else way_back(kept, live).patch
    metadata = {**(patch.get("metadata") or {})}
    metadata["annotations"] = {**(metadata.get("annotations") or {}), ANNOTATION: None, replaced.ANNOTATION: None}
    if kept is None and has_our_label(live):
        metadata["labels"] = {MANAGED_BY: None}
    return {**patch, "metadata": metadata}


def _name(ref: ObjectRef) -> dict[str, Any]:
    return {"name": ref.name, **({"namespace": ref.namespace} if ref.namespace else {})}
