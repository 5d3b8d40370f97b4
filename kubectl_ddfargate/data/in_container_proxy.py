"""Runs inside an agent's container, before `in_container.py`: whether the agent would ask a proxy, and how.

The rules are those of `facts/proxy.py`, from which nothing can be imported there: variables as Go's httpproxy reads
them. `cluster/probing.py` sends it without comments, docstrings and annotations.
"""

from __future__ import annotations

import base64
import ipaddress
import os
from urllib.parse import unquote, urlsplit


class Proxy:
    """The proxy for one host; `asked` is False where the agent goes straight."""

    def __init__(self, name: str, text: str, why: str) -> None:
        self.asked, self.why, self.fault, self.host, self.port, self.login = bool(text), why, "", "", 0, ""
        if not text:
            return
        try:
            url = urlsplit(text if "://" in text else "http://" + text)
            self.host, self.port = url.hostname or "", url.port or 80
        except ValueError:
            self.why, self.fault = name + " is set", "its value is no URL"
            return
        self.place = self.host + ":" + str(self.port)
        self.why = name + " sends it through " + self.place
        if url.scheme != "http":
            # TLS in TLS, and SOCKS, are more than can be done here in a few lines
            self.fault = "only a proxy of http:// can be tried"
        if url.username:
            self.login = unquote(url.username) + ":" + unquote(url.password or "")

    def connect(self, place: str) -> bytes:
        """What asks it for a tunnel."""
        login = base64.b64encode(self.login.encode()).decode()
        head = "Proxy-Authorization: Basic " + login + "\r\n" if login else ""
        return ("CONNECT " + place + " HTTP/1.1\r\nHost: " + place + "\r\n" + head + "\r\n").encode()


def proxy_for(host: str, port: int) -> Proxy:
    """The first variable that is set counts, as for the agent."""
    name = next((name for name in ("HTTPS_PROXY", "https_proxy") if os.environ.get(name)), "")
    if not name:
        return Proxy(name, "", "none is set")
    for word in ("localhost", *(os.environ.get("NO_PROXY") or os.environ.get("no_proxy") or "").split(",")):
        if spares(word.strip().lower(), host, str(port)):
            return Proxy(name, "", "NO_PROXY takes the host out")
    return Proxy(name, os.environ[name], "")


def spares(word: str, host: str, port: str) -> bool:
    """Whether one word of NO_PROXY takes the host out."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        address = None
    if word == "*" or (address and address.is_loopback):
        return True
    name, colon, own = word.rpartition(":")
    if colon and own.isdigit() and (word[0] == "[" or ":" not in name):
        if own != port:
            return False
        word = name
    word, host = word.strip("[]"), host.rstrip(".")
    if address:
        try:
            return address in ipaddress.ip_network(word)
        except ValueError:
            return False
    word = word.removeprefix("*")
    return bool(word) and (host == word or host.endswith(word if word[0] == "." else "." + word))
