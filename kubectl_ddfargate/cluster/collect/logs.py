"""Reads the last lines of agents' logs and keeps what they say of their connections. Bounded in every direction."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

from kubectl_ddfargate.cluster.collect.reading import SOFT, Reading
from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.cluster.request import Request
from kubectl_ddfargate.errors import ApiError, DdfargateError, ForbiddenError, NotFoundError
from kubectl_ddfargate.facts.agent_log import gist
from kubectl_ddfargate.facts.agents import AgentGroup, agents
from kubectl_ddfargate.facts.heard import chosen_pods
from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.model.kinds import PODS
from kubectl_ddfargate.model.kube.agent_words import LIMITED, LOGS, STARTING, AgentLog, AgentWords
from kubectl_ddfargate.model.kube.pods import Pod
from kubectl_ddfargate.model.secret_words import without_secrets
from kubectl_ddfargate.model.snapshot import Unread

SINCE_SECONDS = 900
"""How far back: three times the longest pause of an agent that tries again (5 minutes)."""
MOST_LINES = 1000
MOST_BYTES = 512 * 1024
FEWER_LINES = 50
"""Asked for where the limit of bytes cut the log: the kubelet cuts at the end, where the newest lines are."""
PODS_A_GROUP = 3
"""Pods of one workload with agents that are set up alike."""
MOST_PODS = 100
MOST_SECONDS = 60.0
"""No log is begun later: what is left is said to be left out."""


def read_logs(reading: Reading, index: Index) -> AgentWords:
    """What the logs of agents say. What is refused is noted as unread; raises nothing for it."""
    wanted, rest = _chosen(index)
    logs = [_log(pod, container, LIMITED) for pod, container in rest]
    end = time.monotonic() + MOST_SECONDS
    refused: set[str] = set()

    def read(pod: Pod, container: str) -> None:
        if pod.namespace in refused:
            return
        if time.monotonic() > end:
            logs.append(_log(pod, container, LIMITED))
            return
        try:
            text = _tail(reading.gateway, pod, container)
        except NotFoundError:
            return  # the pod is gone meanwhile
        except SOFT as error:
            if _has_not_run(error):
                logs.append(_log(pod, container, STARTING))
            elif isinstance(error, ForbiddenError):
                refused.add(pod.namespace)
            else:
                reading.lacks(_unread(pod, without_secrets(error.message)))
        else:
            logs.append(
                AgentLog(namespace=pod.namespace, pod=pod.name, container=container, lines=tuple(gist(text)))
            )

    with reading.in_parallel() as run:
        for pod, container in wanted:
            run(read, pod, container)
    for namespace in sorted(refused):
        reading.lacks(Unread(resource=LOGS, verb="get", namespace=namespace, reason="forbidden"))
    logs.sort(key=lambda log: (log.namespace, log.pod, log.container))
    return AgentWords(logs=tuple(logs), since_seconds=SINCE_SECONDS)


def _chosen(index: Index) -> tuple[list[tuple[Pod, str]], list[tuple[Pod, str]]]:
    """The containers to ask, and those beyond the limits. Round by round, so that every workload has its turn."""
    try:
        groups = agents(index)
    except NotReadError:
        return [], []
    asked = [chosen_pods(group, PODS_A_GROUP) for group in groups]
    turns = [
        (pods[turn], group.container.name)
        for turn in range(PODS_A_GROUP)
        for group, pods in zip(groups, asked, strict=True)
        if turn < len(pods)
    ]
    beyond = [(pod, g.container.name) for g, pods in zip(groups, asked, strict=True) for pod in _others(g, pods)]
    return turns[:MOST_PODS], [*turns[MOST_PODS:], *beyond]


def _others(group: AgentGroup, asked: Iterable[Pod]) -> Iterator[Pod]:
    names = {pod.name for pod in asked}
    return (pod for pod in group.pods if pod.name not in names)


def _tail(gateway: Gateway, pod: Pod, container: str) -> str:
    body = _read(gateway, pod, container, MOST_LINES)
    if len(body) >= MOST_BYTES:
        body = _read(gateway, pod, container, FEWER_LINES)
    if len(body) >= MOST_BYTES:
        # A line that was cut may end in half a key, which looks like none.
        body = body.rpartition(b"\n")[0]
    return body.decode("utf-8", errors="replace")


def _read(gateway: Gateway, pod: Pod, container: str, lines: int) -> bytes:
    query = {
        "container": container,
        "tailLines": str(lines),
        "limitBytes": str(MOST_BYTES),
        "sinceSeconds": str(SINCE_SECONDS),
        "timestamps": "true",
    }
    path = f"{PODS.path(pod.namespace, pod.name)}/log"
    headers = {"Accept": "text/plain, application/json"}
    request = Request(method="GET", path=path, query=query, headers=headers, idempotent=True, is_text=True)
    return gateway.send(request).body[:MOST_BYTES]


def _has_not_run(error: DdfargateError) -> bool:
    """`container "datadog-agent" in pod "x" is waiting to start: ContainerCreating` (kubelet_pods.go)."""
    return isinstance(error, ApiError) and error.status == 400


def _unread(pod: Pod, reason: str) -> Unread:
    return Unread(resource=LOGS, verb="get", namespace=pod.namespace, name=pod.name, reason=reason)


def _log(pod: Pod, container: str, outcome: str) -> AgentLog:
    return AgentLog(namespace=pod.namespace, pod=pod.name, container=container, outcome=outcome)
