"""Which containers are Datadog agents, whoever put them there, and which pods have which."""

from __future__ import annotations

import msgspec

from kubectl_ddfargate.facts.fargate import Workload, fargate_workloads
from kubectl_ddfargate.facts.images import parse_image
from kubectl_ddfargate.facts.index import Index, fact
from kubectl_ddfargate.facts.per_spec import per_spec
from kubectl_ddfargate.facts.workloads import WorkloadRef
from kubectl_ddfargate.model.kube.pods import Container, Pod, PodSpec

NATIVE_NAME = "datadog-agent-injected"
"""What Datadog's own webhook calls its container."""
NAMES = frozenset({"datadog-agent", NATIVE_NAME})
TOKEN_PATH = "/var/run/secrets/kubernetes.io/serviceaccount"  # noqa: S105 (a path, no password)

MARKING_VARIABLES = frozenset({"DD_EKS_FARGATE", "DD_KUBERNETES_KUBELET_NODENAME"})
"""Variables that only an agent reads."""


def is_agent(container: Container) -> bool:
    """Whether a container is an agent: by name, by image (`…/agent:7`), or by variables only it reads."""
    image = parse_image(container.image or "")
    if image.name == "cluster-agent":
        return False
    if container.name in NAMES:
        return True
    # the `agent` of another maker is none of ours: the path of the registry names Datadog, or a mirror's tag does
    if image.name in ("agent", "datadog-agent") and "datadog" in f"{image.repository}:{image.tag}":
        return True
    return any(entry.name in MARKING_VARIABLES for entry in container.env or ())


def is_native_sidecar(spec: PodSpec, container: Container) -> bool:
    """Whether it is an init container that keeps running."""
    return container in (spec.init_containers or ()) and container.restart_policy == "Always"


@per_spec
def agents_in(spec: PodSpec) -> tuple[Container, ...]:
    """The agents of a spec that keep running. Init containers that only copy files are none."""
    before = [one for one in spec.init_containers or () if one.restart_policy == "Always" and is_agent(one)]
    return (*before, *(one for one in spec.containers or () if is_agent(one)))


def has_agent(spec: PodSpec) -> bool:
    """Whether there is an agent at all."""
    return bool(agents_in(spec))


def has_token(container: Container) -> bool:
    """Whether the ServiceAccount's token is mounted in this container."""
    return any((mount.mount_path or "").rstrip("/") == TOKEN_PATH for mount in container.volume_mounts or ())


class AgentGroup(msgspec.Struct, frozen=True, eq=False):
    """Pods of one workload whose agents are alike in all that checks read. `spec` stands for all of them."""

    ref: WorkloadRef
    container: Container
    spec: PodSpec
    pods: tuple[Pod, ...]
    prospective: bool = False
    """The agent is not there yet: it is what a dry-run says that a new pod would get."""

    @property
    def namespace(self) -> str:
        """The pods' namespace."""
        return self.ref.namespace

    @property
    def service_account(self) -> str:
        """The ServiceAccount that the agent acts as."""
        return self.spec.service_account_name or "default"


@fact
def agents(index: Index) -> tuple[AgentGroup, ...]:
    """All agents that run on Fargate, grouped."""
    return tuple(group for workload in fargate_workloads(index) for group in groups_of(workload))


def groups_of(workload: Workload) -> list[AgentGroup]:
    """The agents of one workload. A pod with two agents stands in two groups."""
    groups: dict[bytes, list[tuple[Container, Pod]]] = {}
    for pod in workload.pods:
        for container in agents_in(pod.spec):
            groups.setdefault(_likeness(pod.spec, container), []).append((container, pod))
    return [
        AgentGroup(workload.ref, members[0][0], members[0][1].spec, tuple(pod for _, pod in members))
        for members in groups.values()
    ]


@per_spec
def _likeness(spec: PodSpec, container: Container) -> bytes:
    return msgspec.msgpack.encode(
        (
            container.name,
            container.image,
            container.env,
            container.env_from,
            container.resources,
            container.ports,
            container.security_context,
            has_token(container),
            _places(container),
            spec.dns_policy,
            spec.dns_config,
            spec.host_aliases,
            spec.service_account_name,
            spec.enable_service_links,
            spec.share_process_namespace,
            spec.security_context,
        )
    )


def _places(container: Container) -> list[tuple[str, bool]]:
    """Where volumes are mounted. The name of the token's volume is another one in each pod."""
    mounts = container.volume_mounts or ()
    return [(mount.mount_path or "", mount.read_only is True) for mount in mounts]


def pods_without_agent(workload: Workload) -> tuple[Pod, ...]:
    """Those pods of a workload that have no agent."""
    return tuple(pod for pod in workload.pods if not has_agent(pod.spec))
