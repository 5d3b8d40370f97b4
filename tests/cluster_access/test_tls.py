"""The TLS settings that all connections of a run share."""

from __future__ import annotations

import ssl
from collections.abc import Iterable

import pytest

from kubectl_ddfargate.cluster.tls import tls_context


def test_what_each_connection_would_set_anew_is_set_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Iterable[str]] = []
    monkeypatch.setattr(ssl.SSLContext, "set_alpn_protocols", lambda _, protocols: calls.append(protocols))

    context = tls_context(ca_pem=None, insecure=True)
    context.set_alpn_protocols(["http/1.1"])  # as urllib3 does for each connection

    assert calls == [["http/1.1"]]
