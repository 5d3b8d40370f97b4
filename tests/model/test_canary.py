"""The search for secret values finds them however they are written: else it proves nothing."""

from __future__ import annotations

import base64

import pytest

from tests.cluster import canary


@pytest.mark.parametrize("before", [b"", b"x", b"xy", b"xyz"])
@pytest.mark.parametrize("after", [b"", b"1", b"12"])
@pytest.mark.parametrize("value", canary.ALL)
def test_values_are_found(value: str, before: bytes, after: bytes) -> None:
    whole = before + value.encode() + after

    assert canary.found_in(whole) == [value]
    assert canary.found_in(b'{"data":"' + base64.b64encode(whole) + b'"}') == [value]


def test_nothing_is_found_where_nothing_is() -> None:
    assert canary.found_in(b"secrets/datadog-secret " + base64.b64encode(b"datadog-secret")) == []
