"""Which proxy, by Go's rules; the expectations are those of golang.org/x/net/http/httpproxy's own tests."""

from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any

import pytest

from kubectl_ddfargate.cluster import connect
from kubectl_ddfargate.cluster.proxies import goes_straight, proxy_for
from kubectl_ddfargate.errors import KubeconfigError
from kubectl_ddfargate.model.connection import ConnectionFlags
from tests.cluster_access.builders import document, write


@pytest.mark.parametrize(
    ("host", "no_proxy", "straight"),
    [
        ("localhost", "", True),
        ("127.0.0.2", "", True),
        ("::1", "", True),
        ("192.0.2.1", "", False),
        ("anything", "*", True),
        ("10.1.2.3", "10.0.0.0/8", True),
        ("11.1.2.3", "10.0.0.0/8", False),
        ("10.1.2.3", "10.0.0.0/33", False),
        ("fd00::5", "fd00::/8", True),
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.1:443", True),
        ("192.0.2.1", "192.0.2.1:80", False),
        ("fd00::5", "[fd00::5]:443", True),
        ("fd00::5", "fd00::5", True),
        ("example.com", "example.com", True),
        ("api.example.com", "example.com", True),
        ("badexample.com", "example.com", False),
        ("example.com", ".example.com", False),
        ("api.example.com", ".example.com", True),
        ("api.example.com", "*.example.com", True),
        ("example.com", "*.example.com", False),
        ("API.example.com", " .Example.COM , x", True),
        ("example.com", "example.com:443", True),
        ("example.com", "example.com:80", False),
        ("example.com", ",,:443", False),
        ("192.0.2.1", "2.1", False),
    ],
)
def test_no_proxy(host: str, no_proxy: str, straight: bool) -> None:
    assert goes_straight(host, 443, no_proxy) is straight


@pytest.mark.parametrize(
    ("server", "configured", "environ", "proxy"),
    [
        ("https://a.test", None, {}, None),
        ("https://a.test", None, {"HTTPS_PROXY": "http://p:1", "https_proxy": "http://q:1"}, "http://p:1"),
        ("https://a.test", None, {"https_proxy": "q:1"}, "http://q:1"),
        ("https://a.test", None, {"HTTP_PROXY": "http://p:1", "ALL_PROXY": "http://p:1"}, None),
        ("http://a.test", None, {"HTTP_PROXY": "http://p:1"}, "http://p:1"),
        ("http://a.test", None, {"HTTP_PROXY": "http://p:1", "REQUEST_METHOD": "GET"}, None),
        ("https://a.test", None, {"HTTPS_PROXY": "http://p:1", "no_proxy": "a.test:443"}, None),
        ("https://a.test:6443", None, {"HTTPS_PROXY": "http://p:1", "no_proxy": "a.test:443"}, "http://p:1"),
        ("https://127.0.0.1", None, {"HTTPS_PROXY": "http://p:1"}, None),
        ("https://127.0.0.1", "http://c:2", {"NO_PROXY": "*"}, "http://c:2"),
        ("https://a.test", "socks5://c:2", {}, "socks5://c:2"),
    ],
)
def test_proxy_for(server: str, configured: str | None, environ: dict[str, str], proxy: str | None) -> None:
    assert proxy_for(server, configured, environ) == proxy


def test_socks_without_its_package(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(home / ".kube/config", document("https://a.test", cluster={"proxy-url": "socks5://u:s3cr3t@127.0.0.1:1"}))
    original = builtins.__import__

    def refuse(name: str, *more: Any) -> Any:
        if name in ("socks", "urllib3.contrib.socks"):
            raise ImportError(name)
        return original(name, *more)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with connect(ConnectionFlags()) as gateway, pytest.raises(KubeconfigError, match="PySocks") as caught:
        gateway.get("/version", dict)
    assert "s3cr3t" not in f"{caught.value.message} {caught.value.hint}"
