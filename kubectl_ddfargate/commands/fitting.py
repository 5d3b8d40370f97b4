"""Whether the server takes the targets' pods with the agent in them, asked before there is a policy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from kubectl_ddfargate.cluster.dry_runs import Trials
from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.commands.trying import pod_or_none, ref_of_target, words
from kubectl_ddfargate.errors import ApiError
from kubectl_ddfargate.manifests.container import with_sidecar
from kubectl_ddfargate.model.design import CONTAINER, Design, TargetWorkload


class Refusal(msgspec.Struct, frozen=True):
    """A target whose pod the server does not take with the agent in it."""

    target: str
    """`deployment/coredns -n kube-system`."""
    message: str
    """The server's words, cleaned."""
    even_without: bool = False
    """It does not take the pod without the agent either."""


_OTHER_NAME = f"{CONTAINER}-trial"


def fits(
    gateway: Gateway, design: Design, targets: Iterable[TargetWorkload], *, beside_another: bool = False
) -> tuple[Refusal, ...]:
    """What Pod Security, quotas, limits or webhooks refuse of the targets' pods once the agent is in them.

    `beside_another`: a policy that is to be replaced still acts. It would merge its agent into a container of the
    same name, and the server would refuse what no policy of ours makes: so ours is sent under another name.
    """
    trials, found = Trials(gateway), []
    for target in targets:
        pod = pod_or_none(gateway, ref_of_target(target))
        if pod is None or any(one["name"] == CONTAINER for one in pod["spec"]["containers"]):
            continue  # gone meanwhile, or its template holds the agent: the policy adds nothing
        whole = with_sidecar(pod, design.agent, ends=target.ends)
        if beside_another:
            whole["spec"]["containers"][-1] = {**whole["spec"]["containers"][-1], "name": _OTHER_NAME}
        refused = _refused(trials, target, whole)
        if refused is not None:
            # A quota that is used up keeps every pod out, and the agent is not to blame.
            alone = _refused(trials, target, pod)
            words = f"{refused} (and without the agent: {alone})" if alone else refused
            found.append(Refusal(target.address, words, alone is not None))
    return tuple(found)


def _refused(trials: Trials, target: TargetWorkload, pod: Mapping[str, Any]) -> str | None:
    try:
        trials.send(target.kind, pod)
    except ApiError as error:
        return words(error, target.namespace)
    return None
