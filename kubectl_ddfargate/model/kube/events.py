"""Events, read only in namespaces with a pod that does not start."""

from __future__ import annotations

import msgspec

from kubectl_ddfargate.model.kube.meta import Object, Record
from kubectl_ddfargate.model.secret_words import clean_message


class InvolvedObject(Record, frozen=True):
    """What an event is about."""

    kind: str | None = None
    name: str | None = None
    namespace: str | None = None
    uid: str | None = None


class Event(Object, frozen=True):
    """An event."""

    involved_object: InvolvedObject | None = None
    reason: str | None = None
    message: str | None = None
    type: str | None = None
    last_timestamp: str | None = None
    event_time: str | None = None

    def __post_init__(self) -> None:
        """What stands in a message may come from anywhere."""
        if self.message is not None:
            msgspec.structs.force_setattr(self, "message", clean_message(self.message))
