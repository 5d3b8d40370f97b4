"""What the agents of one group say themselves, by their logs or when they were probed, and what was not heard."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from kubectl_ddfargate.facts.agent_log import LET_IN, Says, Topic, Word, last_words
from kubectl_ddfargate.facts.agent_state import trouble_of
from kubectl_ddfargate.facts.agents import AgentGroup
from kubectl_ddfargate.facts.index import Index, NotProvedError, NotReadError
from kubectl_ddfargate.model.kube.agent_words import (
    ANSWERED,
    EXEC,
    FAILED,
    LIMITED,
    LOGS,
    OK,
    READ,
    UNTESTED,
    AgentLog,
    Probe,
    ProbeStep,
)
from kubectl_ddfargate.model.kube.pods import Pod

AFTER = "after"
"""The code of a step that was not tried, because one before it failed."""

BY_PROXY = "proxy"
"""The code of a step that a proxy does in the container's place. Also the name of the step that asks the proxy."""

_STEPS = {
    Says.NO_ENDPOINT: ("endpoint",),
    Says.NO_SUCH_HOST: ("resolve",),
    Says.NO_CONNECTION: ("tcp", "tls", "version"),
    **dict.fromkeys(LET_IN, ("version",)),
    Says.KUBELET_REFUSES: ("kubelet",),
}
"""The steps of a probe that tell. It does not try the intake."""
TOKEN_CODES = {"401": Says.NO_TOKEN, "403": Says.TOKEN_REFUSED}
"""Answers that say: reached, and not let in. As in `agent_log.TOKEN`."""


class Heard(msgspec.Struct, frozen=True):
    """One agent that says one thing."""

    says: Says
    pod: Pod
    path: str
    text: str


def was_asked(index: Index) -> bool:
    """Whether agents were asked at all."""
    return index.snapshot.agent_words is not None


def chosen_pods(group: AgentGroup, most: int) -> tuple[Pod, ...]:
    """The pods of a group that are asked: those in trouble first, then by name."""
    name = group.container.name
    return tuple(sorted(group.pods, key=lambda pod: (trouble_of(pod, name) is None, pod.name))[:most])


def was_probed(index: Index) -> bool:
    """Whether the way was tried: that is seen, whatever the API shows, and judged alone."""
    words = index.snapshot.agent_words
    return words is not None and words.probes is not None


def heard(index: Index, group: AgentGroup, *says: Says) -> tuple[Heard, ...]:
    """The pods of a group that say one of these.

    Raises NotReadError where none of its pods could be heard, and NotProvedError where none has spoken yet, the
    limits left all of them out, or the image has nothing to try it with.
    """
    words = index.snapshot.agent_words
    if words is None:
        return ()
    pods = {pod.name: pod for pod in group.pods}
    name, place = group.container.name, group.namespace
    logs = [log for log in words.logs or () if (log.namespace, log.container) == (place, name) and log.pod in pods]
    probes = [
        one for one in words.probes or () if (one.namespace, one.container) == (place, name) and one.pod in pods
    ]
    read = [log for log in logs if log.outcome == READ]
    if read:
        return tuple(_of_logs(read, pods, says, minutes=words.since_seconds // 60, of=len(logs)))
    if probes:
        return _of_probes(group, probes, pods, says)
    _refuse(index, group)
    raise _silence(group, logs)


def _of_logs(
    logs: list[AgentLog], pods: dict[str, Pod], says: tuple[Says, ...], *, minutes: int, of: int
) -> Iterator[Heard]:
    some = f"; {len(logs)} of {of} pods read" if of > len(logs) else ""
    for log in logs:
        for word in last_words(log.lines).values():
            if word.says in says:
                path = f"log of {log.container}, last {minutes} minutes{some}"
                yield Heard(word.says, pods[log.pod], path, _quoted(word))


def _quoted(word: Word) -> str:
    said = word.said
    often = f" ({said.times} times, last at {said.at})" if said.times > 1 and said.at else ""
    return f"{said.line}{often}"


def troubled_without_cause(index: Index, group: AgentGroup) -> str | None:
    """A line of a log by which the cluster agent is not reached, where no line says why."""
    words = index.snapshot.agent_words
    pods = {pod.name for pod in group.pods}
    for log in (words.logs if words else None) or ():
        if (log.namespace, log.container) == (group.namespace, group.container.name) and log.pod in pods:
            word = last_words(log.lines).get(Topic.CLUSTER_AGENT)
            if word is not None and word.says is Says.TROUBLE:
                return word.said.line
    return None


def _of_probes(
    group: AgentGroup, probes: list[Probe], pods: dict[str, Pod], says: tuple[Says, ...]
) -> tuple[Heard, ...]:
    found: list[Heard] = []
    untested: list[ProbeStep] = []
    tested = False
    wanted = [step for one in says for step in _STEPS.get(one, ())]
    if not wanted:
        raise NotProvedError("a probe does not try the intake; the logs tell: doctor --logs", by_choice=True)
    answered = [probe for probe in probes if probe.outcome == ANSWERED]
    for probe in answered:
        for step in probe.steps:
            meaning = _meaning(step)
            if step.step in wanted:
                tested = tested or step.result in (OK, FAILED)
                untested += [step] if step.result == UNTESTED else []
            if meaning in says:
                found.append(Heard(meaning, pods[probe.pod], f"probe of {step.step}", step.detail or step.code))
    if not answered:
        reason = probes[0].message or "the probe gave no answer"
        raise NotProvedError(f"{group.ref.address}: {reason}", by_choice=False)
    if not found and not tested:
        reason = untested[0].detail if untested else "the probe did not try this"
        by_choice = bool(untested) and untested[0].code in (AFTER, BY_PROXY)
        raise NotProvedError(f"{group.ref.address}: {reason}", by_choice=by_choice)
    return tuple(found)


def _meaning(step: ProbeStep) -> Says:
    """What a step that failed says."""
    if step.result != FAILED:
        return Says.WELL
    if step.step == BY_PROXY:  # that it is well says nothing of the way behind it, so it is none of _STEPS
        return Says.NO_CONNECTION
    if step.step == "version":
        return TOKEN_CODES.get(step.code, Says.NO_CONNECTION)
    return next((says for says, steps in _STEPS.items() if step.step in steps), Says.TROUBLE)


def _refuse(index: Index, group: AgentGroup) -> None:
    """Raise where the logs or the exec of a group's pods were refused."""
    names = {None, *(pod.name for pod in group.pods)}
    for entry in index.snapshot.unread:
        ours = entry.resource in (LOGS, EXEC) and entry.namespace in (None, group.namespace)
        if ours and entry.name in names:
            raise NotReadError(entry)


def _silence(group: AgentGroup, logs: list[AgentLog]) -> NotProvedError:
    if any(log.outcome == LIMITED for log in logs):
        return NotProvedError(f"{group.ref.address} was left out: too many pods for one run", by_choice=False)
    if logs:
        return NotProvedError(f"the agent of {group.ref.address} has not run yet", by_choice=True)
    return NotProvedError(f"{group.ref.address} was not asked", by_choice=True)
