"""What we changed in somebody else's object, in one annotation of it: what stood there, and what we wrote."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

Note = dict[str, Any]


def note_text(before: Mapping[str, Any], after: Mapping[str, Any], **more: Any) -> str:
    """The annotation's text."""
    return json.dumps({"before": before, "after": after, **more})


def note_of(live: Mapping[str, Any] | None, annotation: str) -> Note | None:
    """The note that an object carries; None where it carries none, or somebody wrote something else there."""
    text = ((live or {}).get("metadata", {}).get("annotations") or {}).get(annotation)
    try:
        note = json.loads(text) if text else None
    except ValueError:
        return None
    if not isinstance(note, dict) or not all(isinstance(note.get(side), dict) for side in ("before", "after")):
        return None
    return note
