"""Takes over what stood there before us, so that it can be given back.

Before the first write the former values of exactly what changes are kept in an annotation of the object. Of a
Secret only the mark is kept that it was there: its values are stored nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kubectl_ddfargate.cluster.objects import Objects
from kubectl_ddfargate.commands.remembered import note_of, note_text
from kubectl_ddfargate.model.objects import MANAGED_BY, MANAGER, Desired
from kubectl_ddfargate.model.ours import has_our_label, is_ours
from kubectl_ddfargate.plan.former import Kept, differences, replaced_only, together

ANNOTATION = "ddfargate/taken-over"
"""On an object that was not ours: what we changed, and what stood there before."""


def is_taken(live: Mapping[str, Any] | None) -> bool:
    """Whether an object carries the mark. What a Secret carries there cannot be read, and need not be."""
    return ANNOTATION in (((live or {}).get("metadata") or {}).get("annotations") or {})


def kept_of(live: Mapping[str, Any] | None) -> Kept | None:
    """The former values that an object carries; None for a Secret, and where somebody overwrote them."""
    note = note_of(live, ANNOTATION)
    return None if note is None else Kept(note["before"], note["after"], tuple(note.get("lost") or ()))


def remember(objects: Objects, desired: Desired, *, force: bool, tell: Callable[[str], None]) -> None:
    """Keep on an object that is not ours what an apply is about to change. Call it before that apply.

    It carries our label at once, so that `uninstall` finds it though a run ends between the two writes. `tell` gets
    the names of former values that are kept nowhere, since they hold a credential.
    """
    live = objects.live(desired.ref)
    if live is None or (desired.owned and is_ours(live) and not is_taken(live)):
        return
    if desired.ref.kind == "Secret":
        kept = Kept({}, {})
    else:
        kept = differences(live, objects.apply(desired.manifest, dry_run=True, force=force))
        if not desired.owned:
            kept = replaced_only(kept)
        former = kept_of(live)
        kept = kept if former is None else together(former, kept)
    if not desired.owned and not (kept.before or kept.lost):
        return
    more = {"lost": kept.lost} if kept.lost else {}
    metadata: dict[str, Any] = {"annotations": {ANNOTATION: note_text(kept.before, kept.after, **more)}}
    if desired.owned and not has_our_label(live):
        metadata["labels"] = {MANAGED_BY: MANAGER}
    objects.merge_patch(desired.ref, {"metadata": metadata})
    if kept.lost:
        tell(f"{desired.ref.address}: {', '.join(kept.lost)} held a credential: uninstall cannot put it back")
