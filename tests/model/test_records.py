"""What others said of a pod is cleaned or left out while it is decoded, and stays so when it is saved."""

from __future__ import annotations

import msgspec
import pytest

from kubectl_ddfargate.model.kube.events import Event
from kubectl_ddfargate.model.kube.meta import Object
from kubectl_ddfargate.model.kube.pods import Pod
from tests.cluster.canary import API_KEY, APP_PASSWORD

TOLD = f"bad key {API_KEY}, password={APP_PASSWORD}"
STATE = {"waiting": {"message": TOLD}, "terminated": {"message": f"the log said: {APP_PASSWORD}", "exitCode": 1}}
POD = {
    "status": {
        "conditions": [{"type": "PodScheduled", "message": TOLD}],
        "containerStatuses": [{"name": "a", "state": STATE, "lastState": STATE}],
        "initContainerStatuses": [{"name": "b", "state": STATE}],
    }
}


@pytest.mark.parametrize(("raw", "record"), [(POD, Pod), ({"message": TOLD}, Event)])
def test_no_message_carries_a_credential(raw: dict[str, object], record: type[Object]) -> None:
    kept = msgspec.json.encode(msgspec.convert(raw, record))

    assert b"bad key" in kept
    assert API_KEY.encode() not in kept
    assert APP_PASSWORD.encode() not in kept
    assert msgspec.json.encode(msgspec.json.decode(kept, type=record)) == kept
