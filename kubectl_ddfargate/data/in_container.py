"""Runs inside an agent's container, by the image's own Python: tries the way to the cluster agent and kubelet.

Reads, changes nothing, installs nothing. Token and URL come from the container's environment and never leave it
but to where the agent itself sends them. Prints one line a step: `DDF|step|result|code|detail`.
`cluster/probing.py` sends it without comments, docstrings and annotations.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import ssl
import threading
from typing import Any
from urllib.parse import urlsplit

from kubectl_ddfargate.data.in_container_proxy import Proxy, proxy_for

LIMIT = 4.0
REST = ("resolve", "tcp", "tls", "version")
ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"


def tell(step: str, result: str, code: str = "", detail: object = "") -> None:
    print("|".join(["DDF", step, result, code, " ".join(str(detail).split())[:200]]), flush=True)


def after(*steps: str) -> None:
    for step in steps:
        tell(step, "untested", "after", "an earlier step failed")


def code_of(error: Exception) -> str:
    for kind, code in (
        (socket.timeout, "timeout"),
        (TimeoutError, "timeout"),
        (ConnectionRefusedError, "refused"),
        (ssl.SSLError, "tls"),
        (ConnectionError, "reset"),
    ):
        if isinstance(error, kind):
            return code
    return "error"


def endpoint() -> str | None:
    text = os.environ.get("DD_CLUSTER_AGENT_URL", "")
    if text:
        return text if "://" in text else "https://" + text
    name = os.environ.get("DD_CLUSTER_AGENT_KUBERNETES_SERVICE_NAME", "datadog-cluster-agent")
    stem = name.upper().replace("-", "_") + "_SERVICE_"
    host, port = os.environ.get(stem + "HOST"), os.environ.get(stem + "PORT")
    if not host or not port:
        tell("endpoint", "failed", "none", "no DD_CLUSTER_AGENT_URL, and " + stem + "HOST is empty")
        return None
    return "https://" + ("[" + host + "]" if ":" in host else host) + ":" + port


def resolved(host: str, port: int) -> Any:
    answer: list[Any] = []

    def ask() -> None:
        try:
            answer.append(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except OSError as error:
            answer.append(error)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(LIMIT)
    return answer[0] if answer else TimeoutError("the DNS server does not answer")


def request(connection: http.client.HTTPSConnection, path: str, token: str) -> tuple[int, bytes]:
    headers = {"Authorization": "Bearer " + token} if token else {}
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.read(4096)


def straight(host: str, port: int, place: str) -> socket.socket | None:
    tell("proxy", "ok", "", proxy_for(host, port).why)
    found = resolved(host, port)
    if isinstance(found, Exception):
        tell("resolve", "failed", "dns", host + ": " + str(found))
        after(*REST[1:])
        return None
    address = found[0][4]
    tell("resolve", "ok", "", host + " is " + address[0])
    try:
        return socket.create_connection(address[:2], LIMIT)
    except OSError as error:
        tell("tcp", "failed", code_of(error), place + ": " + str(error))
        after(*REST[2:])
        return None


def by_proxy(proxy: Proxy, place: str) -> socket.socket | None:
    if proxy.fault:
        tell("proxy", "untested", "image", proxy.why + ": " + proxy.fault)
        after(*REST)
        return None
    found = resolved(proxy.host, proxy.port)
    try:
        if isinstance(found, Exception):
            raise found
        plain = socket.create_connection(found[0][4][:2], LIMIT)
    except OSError as error:
        code = "dns" if error is found else code_of(error)
        tell("proxy", "failed", code, proxy.why + ", and it is not reached: " + str(error))
        after(*REST)
        return None
    try:
        plain.sendall(proxy.connect(place))
        answer = http.client.HTTPResponse(plain, method="CONNECT")
        answer.begin()
        if answer.status == 200:
            tell("proxy", "ok", "", proxy.why)
            tell("resolve", "untested", "proxy", "the proxy resolves the name, not the container")
            return plain
        code, said = str(answer.status), "answers CONNECT " + place + " with " + str(answer.status)
    except (OSError, http.client.HTTPException) as error:
        code, said = code_of(error), "breaks CONNECT " + place + ": " + type(error).__name__
    tell("proxy", "failed", code, proxy.why + ", and it " + said)
    after(*REST)
    return None


def cluster_agent() -> None:
    url = endpoint()
    if url is None:
        return after("proxy", *REST)
    try:
        scheme, host, port = urlsplit(url).scheme, urlsplit(url).hostname, urlsplit(url).port
    except ValueError:
        scheme, host, port = "", None, None
    if scheme != "https" or not host or not port:
        tell("endpoint", "failed", "form", "no https://HOST:PORT: " + url.rpartition("@")[2])
        return after("proxy", *REST)
    place = ("[" + host + "]" if ":" in host else host) + ":" + str(port)
    tell("endpoint", "ok", "", place)
    proxy = proxy_for(host, port)
    plain = by_proxy(proxy, place) if proxy.asked else straight(host, port, place)
    if plain is None:
        return None
    tell("tcp", "ok", "", place + (" through " + proxy.place if proxy.asked else ""))
    context = ssl.create_default_context()
    # As the agent does it: it does not verify the cluster agent's certificate unless it is told to.
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        secure = context.wrap_socket(plain, server_hostname=host)
    except OSError as error:
        tell("tls", "failed", code_of(error), error)
        return after(*REST[3:])
    tell("tls", "ok", "", secure.version())
    token = os.environ.get("DD_CLUSTER_AGENT_AUTH_TOKEN", "")
    connection = http.client.HTTPSConnection(host, port, timeout=LIMIT, context=context)
    connection.sock = secure
    try:
        status, body = request(connection, "/version", token)
    except (OSError, ValueError, http.client.HTTPException) as error:
        return tell("version", "failed", code_of(error), type(error).__name__)
    if status != 200:
        return tell("version", "failed", str(status), "with the container's token" if token else "no token is set")
    try:
        seen = json.loads(body)
        version = ".".join(str(int(seen[part])) for part in ("Major", "Minor", "Patch"))
    except (ValueError, KeyError, TypeError):
        version = "of a form that is not known"
    return tell("version", "ok", "", "cluster agent " + version)


def kubelet() -> None:
    host, port = os.environ.get("KUBERNETES_SERVICE_HOST"), os.environ.get("KUBERNETES_SERVICE_PORT")
    node = os.environ.get("DD_KUBERNETES_KUBELET_NODENAME")
    if not node:
        return tell("kubelet", "failed", "node", "DD_KUBERNETES_KUBELET_NODENAME is empty")
    if not host or not port:
        return tell("kubelet", "failed", "api", "KUBERNETES_SERVICE_HOST is empty")
    try:
        with open(ACCOUNT + "/token", encoding="utf-8") as file:  # noqa: PTH123
            token = file.read().strip()
        context = ssl.create_default_context(cafile=ACCOUNT + "/ca.crt")
    except OSError as error:
        return tell("kubelet", "failed", "token", "no ServiceAccount token: " + type(error).__name__)
    connection = http.client.HTTPSConnection(host, int(port), timeout=LIMIT, context=context)
    try:
        status, _ = request(connection, "/api/v1/nodes/" + node + "/proxy/healthz", token)
    except (OSError, ValueError, http.client.HTTPException) as error:
        return tell("kubelet", "failed", code_of(error), "through the API server: " + type(error).__name__)
    if status == 200:
        return tell("kubelet", "ok", "", "answers through the API server")
    return tell("kubelet", "failed", str(status), "get nodes/proxy through the API server")


cluster_agent()
kubelet()
