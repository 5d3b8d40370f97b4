"""Events, read only in namespaces with a pod that does not start."""

from __future__ import annotations

from kubectl_ddfargate.model.kube.meta import Object, Record


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
