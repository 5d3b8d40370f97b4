"""Match conditions in CEL. None of them can err on a pod: what may be absent is asked for with `has` first.

`no-agent-yet` says in CEL what `facts/agents.py` says in Python; a test compares both.
"""

from __future__ import annotations

from kubectl_ddfargate.manifests.agent_marks import (
    AGENT_IMAGE,
    CLUSTER_AGENT_IMAGE,
    DATADOG_IMAGE,
    NAMES,
    VARIABLES,
)
from kubectl_ddfargate.manifests.cel import literal
from kubectl_ddfargate.manifests.quoted_text import quoted
from kubectl_ddfargate.manifests.scope_labels import Labels, sets_left_over
from kubectl_ddfargate.model.design import Design

Condition = dict[str, str]

NO_AGENT_YET = "no-agent-yet"
"""The name of the condition that leaves pods alone that have an agent. It never changes: an older policy of ours is
known by it."""
OWNED_BY_JOB = (
    'has(object.metadata.ownerReferences) && object.metadata.ownerReferences.exists(owner, owner.kind == "Job")'
)


def match_conditions(design: Design) -> list[Condition]:
    """All conditions of the policy of a design; the first is always there.

    At least one is needed: Kyverno 1.16 to 1.18 merges policies without any into one webhook, and silences the
    first (kyverno/kyverno issue 15344).
    """
    scope = design.scope
    found = [no_agent_condition()]
    if not takes_jobs(design):
        found.append({"name": "made-by-no-job", "expression": f"!({OWNED_BY_JOB})"})
    if left_over := sets_left_over(scope):
        found.append({"name": "selected", "expression": _any_of(left_over)})
    if scope.excluded:
        left_out = _any_of(tuple(sorted(set(scope.excluded))))
        found.append({"name": "not-left-out", "expression": f"!(\n{_indented(left_out)}\n)"})
    return found


def takes_jobs(design: Design) -> bool:
    """Whether Jobs are among the targets: else their pods are left out, since an agent would keep them running."""
    return any(target.ends for target in design.targets)


def no_agent_condition() -> Condition:
    """What leaves pods alone that have an agent."""
    return {"name": NO_AGENT_YET, "expression": no_agent_yet()}


def no_agent_yet() -> str:
    """No container is an agent, and no init container that keeps running.

    A pod without any container is left to the server's refusal: with ours it would be one.
    """
    return f"""has(object.spec.containers) && size(object.spec.containers) > 0 && !(
  object.spec.containers
  + (has(object.spec.initContainers)
    ? object.spec.initContainers.filter(c, has(c.restartPolicy) && c.restartPolicy == "Always")
    : [])
).exists(c,
  !(has(c.image) && c.image.matches({quoted(CLUSTER_AGENT_IMAGE)}))
  && (
    c.name in {literal(list(NAMES))}
    || (has(c.image)
      && c.image.matches({quoted(AGENT_IMAGE)})
      && c.image.matches({quoted(DATADOG_IMAGE)}))
    || (has(c.env) && c.env.exists(e, e.name in {literal(list(VARIABLES))}))
  )
)"""


def _any_of(sets: tuple[tuple[str, Labels], ...]) -> str:
    return "\n|| ".join(_pods_with(namespace, labels) for namespace, labels in sets)


def _pods_with(namespace: str, labels: Labels) -> str:
    parts = [f"request.namespace == {quoted(namespace)}"]
    if labels:
        parts.append("has(object.metadata.labels)")
    for key, value in labels:
        label = f"object.metadata.labels[{quoted(key)}]"
        parts.append(f"{quoted(key)} in object.metadata.labels && {label} == {quoted(value)}")
    return "(" + "\n    && ".join(parts) + ")"


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())
