"""The lines that agents log about their connections, and what each says. Pure text.

Of one topic the last word holds: an agent that fails says so again within 5 minutes (the longest pause between
two tries, DataDog/datadog-agent pkg/util/retry), and one that got through says that once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum

import msgspec

from kubectl_ddfargate.model.kube.agent_words import SaidLine, bare


class Topic(Enum):
    """What a line is about."""

    CLUSTER_AGENT = "the cluster agent"
    KUBELET = "the kubelet"
    INTAKE = "Datadog's intake"


class Says(Enum):
    """What a line says."""

    WELL = "it works"
    NO_ENDPOINT = "no endpoint"
    NO_SUCH_HOST = "the name does not resolve"
    NO_CONNECTION = "no connection"
    TOKEN_REFUSED = "the token is refused"  # noqa: S105 (no password)
    TOKEN_SHORT = "the token is too short to be sent"  # noqa: S105
    NO_TOKEN = "no token was sent"  # noqa: S105
    KUBELET_REFUSES = "the kubelet refuses"
    INTAKE_UNREACHED = "the intake is not reached"
    KEY_REFUSED = "the API key is refused"
    TROUBLE = "trouble without a cause"
    """The line says that it does not work, and not why."""


class Pattern(msgspec.Struct, frozen=True):
    """Lines of one topic and meaning."""

    topic: Topic
    says: Says
    text: re.Pattern[str]
    few: int = 1
    """How often it must stand in a log to mean anything."""


FEW = 3
"""For what is tried again at once: said once or twice it is no trouble."""


def _pattern(topic: Topic, says: Says, text: str, few: int = 1) -> Pattern:
    return Pattern(topic, says, re.compile(text, re.IGNORECASE), few)


_REFUSED = r"connection refused|connection reset|no route to host|network is unreachable|: EOF"
_LATE = r"i/o timeout|context deadline exceeded|Client\.Timeout|TLS handshake timeout|connection timed out"
_NAME = (
    r"no such host|server misbehaving|Temporary failure in name resolution"
    r"|lookup [^\s,]+(?: on \S+)?: .*(?:timeout|refused)"
)
_ABOUT_IT = (
    r"clusterAgentClient|communication with the (?:cluster agent|DCA)|Cluster Agent not ready yet"
    r"|Could not (?:detect|reach) the Datadog Cluster Agent|/version\"? is unavailable"
)

ENDPOINT = (_pattern(Topic.CLUSTER_AGENT, Says.NO_ENDPOINT, r"cannot get (?:a )?cluster agent endpoint"),)
"""`cannot get a cluster agent endpoint for kubernetes service <SVC>, env <SVC>_SERVICE_HOST is empty`, `… both
cluster_agent.url and cluster_agent.kubernetes_service_name are empty`, `… not a https scheme: <x>`.
DataDog/datadog-agent pkg/config/utils/clusteragent.go (before: pkg/util/clusteragent/endpoint)."""

TOKEN = (
    _pattern(Topic.CLUSTER_AGENT, Says.TOKEN_SHORT, r"authentication token length must be greater than"),
    _pattern(Topic.CLUSTER_AGENT, Says.NO_TOKEN, r"empty cluster_agent\.auth_token and cannot find"),
    _pattern(Topic.CLUSTER_AGENT, Says.NO_TOKEN, r"/version\"? is unavailable: \"?401\b"),
    _pattern(Topic.CLUSTER_AGENT, Says.TOKEN_REFUSED, r"/version\"? is unavailable: \"?403\b"),
)
"""`cluster agent authentication token length must be greater than 32, curently: N` (the typo is the agent's, and
mended in some versions), `empty cluster_agent.auth_token and cannot find "<path>"`: pkg/api/security/security.go.
`"https://<host>:5005/version" is unavailable: 403 Forbidden`: pkg/util/clusteragent/clusteragent.go.
The cluster agent answers 401 where no token came at all, 403 where another came: pkg/api/util/util.go."""

LET_IN = (Says.TOKEN_REFUSED, Says.TOKEN_SHORT, Says.NO_TOKEN)
"""What says that it is the token."""

NETWORK = (
    _pattern(Topic.CLUSTER_AGENT, Says.NO_SUCH_HOST, rf"(?:{_ABOUT_IT}).*(?:{_NAME})"),
    _pattern(Topic.CLUSTER_AGENT, Says.NO_CONNECTION, rf"(?:{_ABOUT_IT}).*(?:{_REFUSED}|{_LATE}|x509: |tls: )"),
)
"""The tails are Go's own (package net, crypto/tls), behind `temporary failure in clusterAgentClient, will retry
later:` (pkg/util/retry), `Could not initialise the communication with the cluster agent:` (kubemetadata.go) or
`Cluster Agent not ready yet, skipping orchestrator_pod check run:` (orchestrator/pod/pod.go)."""

CONNECTED = (
    _pattern(Topic.CLUSTER_AGENT, Says.WELL, r"Successfully connected to the Datadog Cluster Agent"),
    _pattern(
        Topic.CLUSTER_AGENT,
        Says.TROUBLE,
        rf"{_ABOUT_IT}|Permanent failure in communication with the cluster agent",
    ),
)
"""`Successfully connected to the Datadog Cluster Agent <version>`: pkg/util/clusteragent/clusteragent.go.
What names no cause (`… will retry later: try delay not elapsed yet`) comes last, and overwrites none that was."""

KUBELET = (
    _pattern(
        Topic.KUBELET,
        Says.KUBELET_REFUSES,
        r"unexpected status code 40[13] on \S+/(?:pods|spec|stats/summary|metrics)"
        r"|unauthorized to request test kubelet endpoint"
        r"|kubelet proxy mode enabled but nodename is empty"
        r"|kubernetes_kubelet_nodename is not defined"
        r"|Kubelet connection check failed"
        r"|impossible to reach Kubelet with host",
    ),
    _pattern(Topic.KUBELET, Says.KUBELET_REFUSES, r"error performing kubelet query", FEW),
)
"""`couldn't fetch "podlist": unexpected status code 403 on https://<api server>/api/v1/nodes/<node>/proxy/pods`,
`kubelet proxy mode enabled but nodename is empty - unable to query`: pkg/util/kubernetes/kubelet/kubelet.go and
kubelet_client.go. The latter's `Successful configuration found for Kubelet` clears nothing: it takes a 403 for
success. `kubernetes_kubelet_nodename is not defined`: pkg/util/fargate/detection.go."""

INTAKE = (
    _pattern(Topic.INTAKE, Says.KEY_REFUSED, r"API Key invalid, dropping transaction|No valid api key found"),
    _pattern(Topic.INTAKE, Says.INTAKE_UNREACHED, r"error while sending transaction, rescheduling it:", FEW),
    _pattern(Topic.INTAKE, Says.WELL, r"Successfully posted payload to"),
)
"""comp/forwarder/defaultforwarder/transaction/transaction.go and forwarder_health.go. The first success is logged,
and then one in 500."""

PATTERNS = (*ENDPOINT, *TOKEN, *NETWORK, *CONNECTED, *KUBELET, *INTAKE)
"""In the order in which they are tried: the first that fits a line holds."""


def pattern_of(text: str) -> Pattern | None:
    """What a line says; None where it says nothing about connections."""
    return next((pattern for pattern in PATTERNS if pattern.text.search(text)), None)


def gist(log: str) -> list[SaidLine]:
    """The lines of a log that say something, cleaned: the last of each meaning, in the order of the last.

    A line may begin with the kubelet's time (`timestamps=true`).
    """
    kept: dict[Pattern, SaidLine] = {}
    for raw in log.splitlines():
        at, line = _time_and_line(raw)
        pattern = pattern_of(line)
        if pattern is None:
            continue
        before = kept.pop(pattern, None)
        kept[pattern] = SaidLine(
            # Its meaning is kept beside it: cleaning may take away what it was told by.
            topic=pattern.topic.name,
            says=pattern.says.name,
            line=bare(line),
            times=before.times + 1 if before else 1,
            at=at,
        )
    return [said for pattern, said in kept.items() if said.times >= pattern.few]


class Word(msgspec.Struct, frozen=True):
    """What one log says about a topic in the end."""

    says: Says
    said: SaidLine


def last_words(lines: Iterable[SaidLine]) -> dict[Topic, Word]:
    """The word that holds, for each topic that a log says anything about."""
    found: dict[Topic, Word] = {}
    for said in lines:
        if said.topic not in Topic.__members__ or said.says not in Says.__members__:
            continue  # of a file that a newer version wrote
        topic, says = Topic[said.topic], Says[said.says]
        before = found.get(topic)
        if says is Says.TROUBLE and before is not None and before.says is not Says.WELL:
            continue
        found[topic] = Word(says, said)
    return found


_TIME = re.compile(r"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\S*Z (.*)$", re.DOTALL)


def _time_and_line(raw: str) -> tuple[str, str]:
    found = _TIME.match(raw)
    return (f"{found.group(1)}Z", found.group(2)) if found else ("", raw)
