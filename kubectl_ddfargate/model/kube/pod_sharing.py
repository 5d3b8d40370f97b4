"""Decodes pods so that those of one workload share what they have in common: a cluster has few shapes of pods.

Nothing is left out, and nothing hangs on how the server writes its JSON: pods that are written differently share
less, that is all.
"""

from __future__ import annotations

import hashlib
from typing import Any, TypeVar

import msgspec

from kubectl_ddfargate.model.kube.meta import Annotations, ManagedFields, Metadata, OwnerReference, Record
from kubectl_ddfargate.model.kube.pods import Pod, PodSpec
from kubectl_ddfargate.model.kube.status import ContainerStatus, PodStatus

T = TypeVar("T")
_NULL = msgspec.Raw(b"null")
_TOKEN_VOLUME = b'"kube-api-access'
_ITS_OWN = len('-x7k2p"')


class _MetadataOnWire(Record, frozen=True):
    name: str = ""
    generate_name: str | None = None
    namespace: str | None = None
    uid: str | None = None
    labels: msgspec.Raw = _NULL
    annotations: msgspec.Raw = _NULL
    owner_references: msgspec.Raw = _NULL
    managed_fields: list[ManagedFields] | None = None
    creation_timestamp: str | None = None
    deletion_timestamp: str | None = None


class PodOnWire(Record, frozen=True):
    """A pod whose larger parts wait for being told apart from those of other pods."""

    metadata: _MetadataOnWire = _MetadataOnWire()
    spec: msgspec.Raw = msgspec.Raw(b"{}")
    status: PodStatus = PodStatus()
    node: str | None = None


class _Node(Record, frozen=True):
    node_name: str | None = None


class PodSharing:
    """What the pods decoded so far have in common. Safe from several threads: at worst two keep a copy each."""

    wire = PodOnWire

    def __init__(self) -> None:
        self._by_text: dict[tuple[Any, bytes], Any] = {}
        self._by_value: dict[bytes, Any] = {}
        self._texts: dict[str, str] = {}

    def __call__(self, came: PodOnWire) -> Pod:
        """The pod. Raises `msgspec.ValidationError` where a part of it does not decode."""
        metadata, raw = came.metadata, bytes(came.spec)
        node = _NODE.decode(raw).node_name
        return Pod(
            metadata=Metadata(
                name=metadata.name,
                generate_name=self._shared_text(metadata.generate_name),
                namespace=self._shared_text(metadata.namespace),
                uid=metadata.uid,
                labels=self._decoded(bytes(metadata.labels), _LABELS),
                annotations=self._decoded(bytes(metadata.annotations), _ANNOTATIONS),
                owner_references=self._decoded(bytes(metadata.owner_references), _OWNERS),
                managed_fields=self._shared(metadata.managed_fields),
                creation_timestamp=metadata.creation_timestamp,
                deletion_timestamp=metadata.deletion_timestamp,
            ),
            spec=self._decoded(_without_what_is_its_own(raw, node), _SPEC),
            status=self._status(came.status),
            node=came.node or node,
        )

    def _status(self, came: PodStatus) -> PodStatus:
        return msgspec.structs.replace(
            came,
            phase=self._shared_text(came.phase),
            conditions=self._shared(came.conditions),
            container_statuses=self._containers(came.container_statuses),
            init_container_statuses=self._containers(came.init_container_statuses),
        )

    def _containers(self, came: list[ContainerStatus] | None) -> list[ContainerStatus] | None:
        if came is None:
            return None
        return [
            msgspec.structs.replace(one, name=self._shared_text(one.name), last_state=self._shared(one.last_state))
            for one in came
        ]

    def _shared_text(self, text: str | None) -> str | None:
        return None if text is None else self._texts.setdefault(text, text)

    def _decoded(self, text: bytes, decoder: msgspec.json.Decoder[T]) -> T:
        """What a text says; equal texts give one object."""
        key = (decoder, hashlib.blake2b(text, digest_size=16).digest() if len(text) > _SHORT else text)
        found = self._by_text.get(key)
        if found is None:
            found = self._by_text.setdefault(key, decoder.decode(text))
        shared: T = found
        return shared

    def _shared(self, value: T) -> T:
        """The first of all equal values."""
        shared: T = self._by_value.setdefault(msgspec.msgpack.encode(value), value)
        return shared


_SHORT = 256
"""Texts up to this length are their own key."""
_LABELS: msgspec.json.Decoder[dict[str, str] | None] = msgspec.json.Decoder(dict[str, str] | None)
_ANNOTATIONS: msgspec.json.Decoder[Annotations | None] = msgspec.json.Decoder(Annotations | None)
_OWNERS: msgspec.json.Decoder[list[OwnerReference] | None] = msgspec.json.Decoder(list[OwnerReference] | None)
_SPEC = msgspec.json.Decoder(PodSpec)
_NODE = msgspec.json.Decoder(_Node)


def _without_what_is_its_own(spec: bytes, node: str | None) -> bytes:
    """The text of a spec without its node, and without what makes the name of the token's volume the pod's own."""
    if node:
        spec = spec.replace(b'"nodeName":' + msgspec.json.encode(node), b'"nodeName":null')
    start = spec.find(_TOKEN_VOLUME + b"-")
    end = spec.find(b'"', start + 1) + 1
    if start >= 0 and end - start == len(_TOKEN_VOLUME) + _ITS_OWN:
        spec = spec.replace(spec[start:end], _TOKEN_VOLUME + b'"')
    return spec
