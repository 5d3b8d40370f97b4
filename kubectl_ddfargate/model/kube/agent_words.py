"""What agents said themselves: lines of their logs, and what was tried from inside their containers.

No line is kept as it came: the records clean what they are given, and again what a file gives them.
"""

from __future__ import annotations

import re
import textwrap

import msgspec

from kubectl_ddfargate.model.kube.meta import Record
from kubectl_ddfargate.model.secret_words import LONGEST_LINE, clean_message, without_secrets

READ = "read"
STARTING = "starting"
LIMITED = "limited"

ANSWERED = "answered"
UNTESTABLE = "untestable"
SILENT = "silent"

OK = "ok"
FAILED = "failed"
UNTESTED = "untested"

PROBE_SECONDS = 35
"""The longest that a probe of one container takes: six steps of 4 s, and the start of Python on a small pod."""

LOGS = "pods/log"
EXEC = "pods/exec"
"""The subresources, as RBAC and an `Unread` write them."""


_HEAD = re.compile(r"^[^|]{10,40}\| [A-Z-]+ \| [A-Z]+ \| (?:\([^)]*\) \| )?")


def bare(line: str) -> str:
    """What an agent's log line says, without its date, program, level and place in the code."""
    return _HEAD.sub("", line.strip())


def cleaned(text: str) -> str:
    """The text with what may be a credential as `…`, up to 1000 characters. What is clean stays as it is."""
    # The stricter rule cuts at 300 characters, and the cause stands at the end of a line.
    parts = textwrap.wrap(clean_message(text), LONGEST_LINE - 1, break_long_words=False, break_on_hyphens=False)
    return " ".join(without_secrets(part) for part in parts)


class SaidLine(Record, frozen=True):
    """One line that says something about the agent's connections; alike ones stand for it once."""

    topic: str = ""
    """`CLUSTER_AGENT`, `KUBELET` or `INTAKE`."""
    says: str = ""
    """What it says of that, as `facts/agent_log.py` names it."""
    line: str = ""
    """The last of them, without what may be a credential."""
    times: int = 1
    at: str = ""
    """When it was said last, by the kubelet's clock; empty where that is not known."""

    def __post_init__(self) -> None:
        """Clean."""
        msgspec.structs.force_setattr(self, "line", cleaned(self.line))


class AgentLog(Record, frozen=True):
    """The log of one agent's container.

    `outcome`: `read`, `starting` (the container has not run yet), `limited` (left out, over the limit of pods or
    of time).
    """

    namespace: str = ""
    pod: str = ""
    container: str = ""
    outcome: str = READ
    lines: tuple[SaidLine, ...] = ()
    """In the order in which each was said last."""


class ProbeStep(Record, frozen=True):
    """One thing that was tried inside a container."""

    step: str = ""
    """`endpoint`, `resolve`, `tcp`, `tls`, `version`, `kubelet`."""
    result: str = UNTESTED
    """`ok`, `failed` or `untested`."""
    code: str = ""
    """`dns`, `refused`, `timeout`, `401`, … where it failed."""
    detail: str = ""

    def __post_init__(self) -> None:
        """Clean: whatever stands in a container's output may come from anywhere."""
        msgspec.structs.force_setattr(self, "code", cleaned(self.code))
        msgspec.structs.force_setattr(self, "detail", cleaned(self.detail))


class Probe(Record, frozen=True):
    """What came of trying the route from inside one agent's container.

    `outcome`: `answered`, `untestable` (the image has nothing to test with), `silent` (no answer in time, or none
    that can be read).
    """

    namespace: str = ""
    pod: str = ""
    container: str = ""
    outcome: str = ANSWERED
    message: str = ""
    means: str = ""
    """What of the image did it: `python` or `bash`."""
    steps: tuple[ProbeStep, ...] = ()

    def __post_init__(self) -> None:
        """Clean."""
        msgspec.structs.force_setattr(self, "message", cleaned(self.message))


class AgentWords(Record, frozen=True):
    """All that was heard. None: not asked for."""

    logs: tuple[AgentLog, ...] | None = None
    probes: tuple[Probe, ...] | None = None
    since_seconds: int = 0
    """How far back the logs were read."""
