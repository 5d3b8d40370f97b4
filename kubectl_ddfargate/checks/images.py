"""The agent's image (705)."""

from __future__ import annotations

from kubectl_ddfargate.checks.own_policy import install_again, made_by_install
from kubectl_ddfargate.checks.registry import Problem, check
from kubectl_ddfargate.checks.remedies import CHANGEABLE, kubectl, rolled_out
from kubectl_ddfargate.checks.subjects import each_agent_now_or_next
from kubectl_ddfargate.facts.agent_image import FIRST_COMMON, derived
from kubectl_ddfargate.facts.agents import AgentGroup, is_native_sidecar
from kubectl_ddfargate.facts.cluster_agent import cluster_agent
from kubectl_ddfargate.facts.images import ImageName, parse_image
from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.facts.injection import injected_by
from kubectl_ddfargate.model.kinds import DEPLOYMENTS, PODS, SERVICES
from kubectl_ddfargate.model.report import Category, Evidence, Fix, Severity


@check(
    "DDF705",
    "Images of the agents are of one known version",
    trouble="An agent's image is not of one known version",
    severity=Severity.WARNING,
    category=Category.FIT,
    over=each_agent_now_or_next,
    needs=(PODS, DEPLOYMENTS, SERVICES),
    nothing="no agent on Fargate",
)
def image_is_known(index: Index, group: AgentGroup) -> Problem | None:
    """The image has no version, is made for another platform, or is a major version behind the cluster agent.

    Symptom: pods of one workload run different agents; `exec format error`; or features of the cluster agent are
        missing.
    Why: a name without a version means whatever the registry holds when the pod starts, and on Fargate each pod
        pulls anew. Fargate has amd64 nodes alone.
    Verified: the image's tag, and the cluster agent's.
    Fix: use the image that goes with the cluster agent's: same registry, same version.
    Sources: https://docs.aws.amazon.com/eks/latest/userguide/fargate.html; DataDog/datadog-agent
        CHANGELOG-DCA.rst
    """
    image = parse_image(group.container.image or "")
    theirs = _cluster_agents(index) if image.pinned and image.major is not None else None
    if not image.pinned:
        message = "the agent's image names no version"
    elif image.platform:
        message = f"the agent's image is made for {image.platform}, and Fargate runs linux on amd64"
    elif theirs is not None and image.major is not None and theirs.major and image.major < theirs.major:
        message = f"the agent is of version {image.tag}, and the cluster agent of {theirs.tag}"
    else:
        return None
    wanted = _wanted(index, image)
    seen = Evidence(
        object=group.ref.address,
        path=f"spec.containers[{group.container.name}].image",
        observed=group.container.image or "none",
        expected=wanted or "a tag with a version, for example 7.81.1",
    )
    return Problem(message=message, evidence=(seen,), fix=_use(index, group, wanted))


def _cluster_agents(index: Index) -> ImageName | None:
    agent = cluster_agent(index)
    image = parse_image((agent.container.image if agent and agent.container else None) or "")
    return image if image.major is not None and image.major >= FIRST_COMMON else None


def _wanted(index: Index, image: ImageName) -> str:
    """What install takes; where it cannot tell that, the agent's own image in the cluster agent's version."""
    try:
        theirs, found = _cluster_agents(index), _by_install(index)
    except NotReadError:
        return ""
    return found or (f"{image.repository}:{theirs.tag}" if theirs is not None else "")


def _by_install(index: Index) -> str:
    agent = cluster_agent(index)
    return derived((agent.container.image if agent and agent.container else None) or "")[0]


def _use(index: Index, group: AgentGroup, wanted: str) -> Fix:
    ref, name = group.ref, group.container.name
    if wanted and made_by_install(index, group):
        return install_again(index, *(() if wanted == _by_install(index) else ("--agent-image", wanted)))
    made_here = injected_by(index, ref, group.container) == "template" and ref.kind in CHANGEABLE
    if wanted and made_here and not is_native_sidecar(group.spec, group.container):
        words = ("set", "image", ref.resource, "-n", ref.namespace, f"{name}={wanted}")
        return Fix(commands=(rolled_out(index, ref, kubectl(index, *words)),))
    where = f"# of container {name}, where it is made"
    return Fix(patch=f"{where}\nimage: {wanted or '<registry>/agent:<version of the cluster agent>'}\n")
