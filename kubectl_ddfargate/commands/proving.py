"""Proof by the server's own dry-run that the policy makes pods with our agent, and none that it should not.

Nothing is created. What a policy's text says is never taken for proof.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

import msgspec

from kubectl_ddfargate.cluster.dry_runs import Trials, may_not_try
from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.commands.fitting import Refusal, fits
from kubectl_ddfargate.commands.out_of_force import LONGEST, gone
from kubectl_ddfargate.commands.proof_of_pod import beside, has_more, injected_by_us, negative, wrong_with
from kubectl_ddfargate.commands.refusals import is_refusal
from kubectl_ddfargate.commands.trying import Pause, pod_or_none, ref_of_target, until, words
from kubectl_ddfargate.errors import ApiError
from kubectl_ddfargate.model.design import Design, TargetWorkload

PATIENCE = 60.0
"""Seconds in which a policy must have come into force."""
_OLDER = 5.0
"""Seconds after which an agent that requests more than the policy says has it from a LimitRange, and not from the
policy as it was before: a server takes in a change within a second or two."""


class TargetProof(msgspec.Struct, frozen=True):
    """What a dry-run showed of one target."""

    target: TargetWorkload
    ok: bool
    reason: str = ""
    final: bool = False
    """Asking again changes nothing."""
    perhaps_older: bool = False
    """It is as wanted but for a request that the policy may have made before."""


class Proved(msgspec.Struct, frozen=True):
    """What was proved, and how long it took."""

    targets: tuple[TargetProof, ...]
    negative: TargetProof | None
    """A pod that is not selected. None: no target took effect, so it would prove nothing."""
    seconds: float
    senders: tuple[str, ...] = ()
    """In whose name the dry-runs were sent; empty: as the caller."""

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return all(one.ok for one in self.targets) and (self.negative is None or self.negative.ok)

    @property
    def reason(self) -> str:
        """What does not hold, in one line."""
        parts = (*self.targets, *((self.negative,) if self.negative else ()))
        failed = [f"{one.target.address}: {one.reason}" for one in parts if not one.ok]
        more = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
        return f"{failed[0]}{more}" if failed else ""

    def lines(self) -> tuple[str, ...]:
        """The result for people."""
        as_whom = f", as {' and '.join(self.senders)}" if self.senders else ""
        told = [f"proved by dry-run{as_whom}, in {self.seconds:.1f} s:"] if self.targets else []
        good = "gets one agent, with the right URL"
        told += [f"  {one.target.address}: {one.reason or good}" for one in self.targets]
        if self.negative is not None:
            told.append(f"  a pod that is not selected -n {self.negative.target.namespace}: {self.negative.reason}")
        return tuple(told)


def prove(
    gateway: Gateway,
    design: Design,
    targets: Iterable[TargetWorkload],
    *,
    deadline: float | None = None,
    beside_the_old: bool = False,
    pause: Pause = time.sleep,
) -> Proved:
    """Ask until a new pod of each target gets exactly our agent; then that one which is not selected gets none.

    `deadline` is a moment of the monotonic clock; None: in a minute. What is not so by then has failed.
    `beside_the_old`: what ours replaces still stands. Then the pods are marked for it, and nothing is asked of one
    that is not selected, for the old policy may take that.
    """
    started = time.monotonic()
    trials = Trials(gateway)
    pods = {target: pod_or_none(gateway, ref_of_target(target)) for target in targets}
    if beside_the_old:
        pods = {target: pod if pod is None else beside(pod) for target, pod in pods.items()}
    results: dict[TargetWorkload, TargetProof] = {}

    def look() -> bool:
        for target, pod in pods.items():
            if target not in results or not settled(results[target]):
                results[target] = _proof(trials, design, target, pod)
        return all(map(settled, results.values()))

    def settled(proof: TargetProof) -> bool:
        older = proof.perhaps_older and time.monotonic() < started + _OLDER
        return (proof.ok and not older) or proof.final

    moment = started + PATIENCE if deadline is None else deadline
    until(look, moment, pause)
    served = next((target for target, one in results.items() if one.ok), None)
    pod = pods[served] if served is not None else None
    senders = dict.fromkeys(filter(None, (trials.sender(target.kind) for target in pods)))
    other: TargetProof | None = None
    if served is not None and pod is not None and not beside_the_old:
        unselected = partial(_negative, trials, design, served, pod)

        def look_at_other() -> bool:
            nonlocal other
            other = unselected()
            return other.ok

        # a policy that was just replaced acts for a while still
        until(look_at_other, min(moment, time.monotonic() + LONGEST), pause)
    return Proved(
        targets=tuple(results.values()),
        negative=other,
        seconds=time.monotonic() - started,
        senders=tuple(senders),
    )


def _proof(trials: Trials, design: Design, target: TargetWorkload, pod: Mapping[str, Any] | None) -> TargetProof:
    if pod is None:
        return TargetProof(target, ok=False, reason="the workload is not there", final=True)
    try:
        made = trials.send(target.kind, pod)
    except ApiError as error:
        reason = words(error, target.namespace)
        return TargetProof(target, ok=False, reason=reason, final=may_not_try(error))
    wrong = wrong_with(made, pod, design)
    return TargetProof(target, ok=not wrong, reason=wrong, perhaps_older=not wrong and has_more(made, design))


def _negative(trials: Trials, design: Design, target: TargetWorkload, pod: Mapping[str, Any]) -> TargetProof:
    try:
        made = trials.send(target.kind, negative(pod, design))
    except ApiError as error:
        if not is_refusal(error):  # a server that is overloaded or broken has told nothing of the pod
            return TargetProof(
                target, ok=False, reason=f"a pod that is not selected: {words(error, target.namespace)}"
            )
        # It was not made at all, so it was not injected either; why, is not our concern.
        return TargetProof(target, ok=True, reason=f"not made: {words(error, target.namespace)}")
    if injected_by_us(made, pod, design):
        return TargetProof(target, ok=False, reason="a pod that is not selected gets the agent too")
    return TargetProof(target, ok=True, reason="gets none")


__all__ = ["Proved", "Refusal", "TargetProof", "fits", "gone", "prove"]
