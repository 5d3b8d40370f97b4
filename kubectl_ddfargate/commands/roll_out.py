"""What an install does about pods that are older than its policy: it names them, or rolls them."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.commands.not_known import tell_not_known
from kubectl_ddfargate.commands.planned_restarts import workloads_of
from kubectl_ddfargate.commands.preparing import Prepared
from kubectl_ddfargate.commands.raised import Raised, find_raised
from kubectl_ddfargate.commands.restart import restart_workloads, tell_next
from kubectl_ddfargate.commands.taking_out import take_out, without
from kubectl_ddfargate.commands.talk import Talk
from kubectl_ddfargate.commands.write_options import WriteOptions
from kubectl_ddfargate.errors import ExitCode
from kubectl_ddfargate.facts.fargate import Workload, fargate_workloads
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.outdated import Outdated, needs_restart, unproved
from kubectl_ddfargate.facts.workloads import WorkloadRef
from kubectl_ddfargate.model.kubectl_line import ddfargate_line
from kubectl_ddfargate.resolve.named_target import written


def roll_out(
    gateway: Gateway,
    prepared: Prepared,
    now: Index,
    options: WriteOptions,
    talk: Talk,
    *,
    confirmed: bool,
    proved: bool,
    narrowed: bool = False,
) -> ExitCode:
    """Tell which of the targets' pods are older than the policy, and with --restart roll them.

    `now`: the cluster, read after the policy came into force. `confirmed`: the plan was agreed to. What did not
    stand in it as a restart is asked for all the same.
    Without `proved` nothing is rolled: nobody knows what agent the new pods would get. `narrowed`: somebody chose
    the targets, so that `now` may not show the others.
    """
    assert prepared.design is not None
    flags = prepared.snapshot.kubectl_flags
    workloads = workloads_of(now, prepared.design.targets)
    good = tell_not_known(now, workloads, talk.say)
    outdated = needs_restart(now, workloads)
    todo = [one for one in outdated if not one.by_hand]
    raised = find_raised(gateway, workloads, outdated)
    refs = [*(one.ref for one in todo), *(one.ref for one in raised)]
    if not options.restart:
        _tell(outdated, raised, talk, head="older than the policy")
        if refs:
            targets = dict.fromkeys(refs) if narrowed or not _are_all(gateway, now, workloads) else ()
            named = " ".join(("restart", *(f"--target {written(ref)}" for ref in targets)))
            talk.say(f"next: {ddfargate_line(flags, named)}")
        return good
    if not refs:
        _tell(outdated, raised, talk, head="older than the policy")
        return good
    if not proved:
        _tell(outdated, raised, talk, head="not restarted")
        talk.say(
            "nothing is restarted before the injection is proved; next: when it is, run the same command again"
        )
        return ExitCode.BAD
    if not (confirmed and prepared.restarts.include(refs)):
        _tell(todo, raised, talk, head="to be restarted")
        if not talk.confirm(_question(todo, raised, gateway.context or gateway.server)):
            talk.say("nothing was restarted")
            return ExitCode.BAD
    design = prepared.design

    def failed(ref: WorkloadRef) -> None:
        nonlocal design
        design = without(design, ref)
        if take_out(prepared, design, options, talk):
            talk.say(f"{ref.address} was taken out of the policy, so that it comes back without an agent")
        else:
            talk.say(f"{ref.address} could not be taken out: what injects there is settled by others; do it there")

    result = restart_workloads(
        gateway,
        outdated,
        deadline_each=options.timeout,
        tell=talk.say,
        raised=raised,
        progress=talk.progress,
        on_failure=failed,
        kubectl_flags=flags,
        dns_settle=options.settle,
    )
    tell_next(result, flags, talk.say)
    return good if result.ok else ExitCode.BAD


def _are_all(gateway: Gateway, now: Index, workloads: Sequence[Workload]) -> bool:
    """Whether a restart that names no workload would roll no other."""
    known = {one.ref for one in workloads}
    others = [one for one in fargate_workloads(now) if one.ref not in known]
    return not others or not (
        needs_restart(now, others) or unproved(now, others) or find_raised(gateway, others, ())
    )


def _tell(outdated: Sequence[Outdated], raised: Sequence[Raised], talk: Talk, *, head: str) -> None:
    for one in outdated:
        by_hand = f"; left to you: {one.by_hand}" if one.by_hand else ""
        talk.say(f"{head}: {one.address} ({one.why}){by_hand}")
    for left in raised:
        talk.say(f"minReadySeconds, which a restart that was killed left raised, is to be put back: {left.told}")


def _question(outdated: Sequence[Outdated], raised: Sequence[Raised], where: str) -> str:
    if not outdated:
        return f"Put back minReadySeconds of {len(raised)} workload(s) in {where}?"
    return f"Restart {len(outdated)} workload(s) in {where}?"
