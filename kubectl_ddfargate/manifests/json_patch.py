"""The mutation in CEL, the same for the native policy and for Kyverno's MutatingPolicy.

JSON patches, not an ApplyConfiguration: that refuses `valueFrom` (`may not mutate atomic arrays, maps or structs`).
"""

from __future__ import annotations

from typing import Any

from kubectl_ddfargate.manifests.cel import literal
from kubectl_ddfargate.manifests.conditions import OWNED_BY_JOB, takes_jobs
from kubectl_ddfargate.manifests.container import AUTO_EXIT, parts_of
from kubectl_ddfargate.manifests.quoted_text import quoted
from kubectl_ddfargate.model.design import Design


def mutation(design: Design) -> dict[str, Any]:
    """One entry of a policy's `mutations`."""
    return {"patchType": "JSONPatch", "jsonPatch": {"expression": expression(design)}}


def expression(design: Design) -> str:
    """A list of patches: volumes first, then the containers, ours behind all others."""
    parts = parts_of(design.agent)
    lists = []
    for name, more in (("volumes", parts.volumes), ("initContainers", parts.init_containers)):
        if more:
            lists.append(f"(has(object.spec.{name}) ? [] : [{_patch(f'/spec/{name}', '[]')}])")
            lists.append(_listed(_patch(f"/spec/{name}/-", literal(one, 1)) for one in more))
    lists.append(
        _listed(
            (
                _patch("/spec/shareProcessNamespace", "true"),
                _patch("/spec/containers/-", literal(parts.container, 1)),
            )
        )
    )
    if takes_jobs(design):
        lists.append(_for_jobs())
    return "\n+ ".join(lists)


def _for_jobs() -> str:
    """One more variable for the agent, whose place is that behind the containers which came with the pod."""
    path = '"/spec/containers/" + string(size(object.spec.containers)) + "/env/-"'
    return f"""({OWNED_BY_JOB}
  ? [JSONPatch{{
      op: "add",
      path: {path},
      value: {literal(AUTO_EXIT)}
    }}]
  : [])"""


def _patch(path: str, value: str) -> str:
    return f'JSONPatch{{op: "add", path: {quoted(path)}, value: {value}}}'


def _listed(patches: Any) -> str:
    return "[\n  " + ",\n  ".join(patches) + "\n]"
