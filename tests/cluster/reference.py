"""Builds a healthy cluster: every check of `doctor` must be content with it (hints about size aside).

The manifests stand as YAML in `manifests/`; here is only what differs from one variant to another.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any, Literal

import yaml

from . import canary
from .agent import FIXED_ADDRESS, agent
from .api import Manifest
from .cluster import Cluster
from .kyverno import Kyverno
from .kyverno_policies import mutating_policy
from .objects import manifests
from .operator import DatadogOperator

MANIFESTS = Path(__file__).parent / "manifests"
InstalledBy = Literal["operator", "helm"]
Injector = Literal["admission-policy", "template", "webhook", "kyverno"]

# Every Fargate workload of the reference carries it, as the add-on's `podLabels` make possible.
COMMON_LABEL = {"compute-type": "Fargate"}
SELECTORS: Mapping[InstalledBy, Mapping[str, str]] = {
    "operator": {"agent.datadoghq.com/component": "cluster-agent", "agent.datadoghq.com/name": "datadog"},
    "helm": {"app": "datadog-cluster-agent"},
}
INSTALLERS: Mapping[InstalledBy, str] = {"operator": "datadog-operator", "helm": "helm"}


@dataclass(frozen=True)
class Target:
    """One Fargate workload of the reference: where it is, whose it is, and a label that only it has."""

    name: str
    namespace: str
    manager: str
    labels: Mapping[str, str]


TARGETS = (
    Target("coredns", "kube-system", "eks", {"eks.amazonaws.com/component": "coredns"}),
    Target("metrics-server", "kube-system", "eks", {"app.kubernetes.io/name": "metrics-server"}),
    Target("karpenter", "karpenter", "helm", {"app.kubernetes.io/name": "karpenter"}),
    Target("web", "shop", "kubectl", {"app": "web"}),
)


def healthy_reference(
    cluster: Cluster,
    *,
    installed_by: InstalledBy = "operator",
    injector: Injector | None = "admission-policy",
    sidecar: Mapping[str, Any] | None = None,
    fixed_address: str | None = FIXED_ADDRESS,
    kyverno: Kyverno | None = None,
    operator: DatadogOperator | None = None,
) -> None:
    """Build it in an empty cluster and wait until all is rolled out (about 2 s, and less the next time).

    `injector` says how the agents come into the pods, None leaves them out; "kyverno" is a MutatingPolicy, and
    wants `kyverno`. `sidecar` replaces the healthy agent, `fixed_address=None` leaves out the fixed Service.
    With `operator` the real one makes its objects, else they are laid out as it makes them.
    """
    if (injector == "kyverno") != (kyverno is not None):
        raise ValueError('injector="kyverno" and kyverno=... go together')
    container = dict(sidecar or agent())
    name = repr((installed_by, injector, container, fixed_address))
    # An engine's own memory cannot be laid, and what a test made before belongs to that test.
    alone = kyverno is None and operator is None
    stands = alone and cluster.come_back(name)
    laid = not stands and (alone := alone and cluster.empty) and cluster.lay(name)
    if stands or laid:
        _wait_until_it_acts(cluster, container if injector in ("admission-policy", "webhook") else None)
        if laid:
            _wait_until_ready(cluster)
        return

    def inject() -> None:
        if injector == "admission-policy":
            cluster.injector_policy(container=container, labels=COMMON_LABEL)
        elif injector == "kyverno":
            cluster.apply(mutating_policy(container=container, labels=COMMON_LABEL))
            cluster.wait_until_injected(container, COMMON_LABEL, "kube-system")
        elif injector == "webhook":
            cluster.stand_in_webhook(
                "datadog-sidecar",
                container=container,
                label_sets=[COMMON_LABEL],
                failure_policy="Ignore",
                operations=("CREATE",),
            )

    build(
        cluster,
        installed_by=installed_by,
        fixed_address=fixed_address,
        inject=inject,
        template_sidecar=container if injector == "template" else None,
        operator=operator,
    )
    if alone:
        cluster.keep(name)


def _wait_until_it_acts(cluster: Cluster, container: Mapping[str, Any] | None) -> None:
    """What was laid is stored before the API server and the controllers have seen it."""
    cluster.wait_until_on_fargate(COMMON_LABEL, "kube-system")
    if container:
        cluster.wait_until_injected(container, COMMON_LABEL, "kube-system")


def build(
    cluster: Cluster,
    *,
    installed_by: InstalledBy,
    fixed_address: str | None,
    inject: Callable[[], None],
    template_sidecar: Mapping[str, Any] | None = None,
    operator: DatadogOperator | None = None,
) -> None:
    """Everything of the reference, with `inject` called after the groundwork and before the workloads."""
    cluster.profile("system", namespace="kube-system", labels=COMMON_LABEL)
    cluster.profile("karpenter", namespace="karpenter")
    cluster.profile("shop", namespace="shop")
    for name in ("namespaces", "kubelet-rights"):
        cluster.apply(load(name))
    if operator is not None:
        if installed_by != "operator":
            raise ValueError("operator=... makes what the Operator installs")
        operator.install_agent(*load("datadog-agent-real"))
    else:
        if installed_by == "operator":
            _make_datadog_agent(cluster)
        cluster.apply(load(f"cluster-agent-{installed_by}"), manager=INSTALLERS[installed_by])
    if fixed_address:
        cluster.apply(fixed_service(fixed_address, installed_by))
    inject()
    for target in TARGETS:
        objects = load(target.name)
        if template_sidecar:
            objects = [_with_sidecar(manifest, template_sidecar) for manifest in objects]
        cluster.apply(objects, manager=target.manager)
    _wait_until_ready(cluster)


def _wait_until_ready(cluster: Cluster) -> None:
    cluster.wait_rolled_out("datadog-cluster-agent", "datadog")
    for target in TARGETS:
        cluster.wait_rolled_out(target.name, target.namespace)
    cluster.wait_for(lambda: _cluster_agent_is_reachable(cluster), what="endpoints of the cluster agent")


def _make_datadog_agent(cluster: Cluster) -> None:
    """The custom resource that the Operator would act on; no Operator runs here."""
    cluster.apply(load("datadog-crd"), manager="helm")
    cluster.apply(load("datadog-agent"))


def load(name: str, **values: str) -> list[Manifest]:
    """The objects of `manifests/<name>.yaml`; $NAMES are replaced by `values` and by the canaries."""
    text = (MANIFESTS / f"{name}.yaml").read_text(encoding="utf-8")
    known = {"API_KEY": canary.API_KEY, "TOKEN": canary.TOKEN, "APP_PASSWORD": canary.APP_PASSWORD}
    return [dict(one) for one in manifests(Template(text).substitute(known, **values))]


def fixed_service(address: str, installed_by: InstalledBy = "operator") -> list[Manifest]:
    """The self-managed Service with a fixed ClusterIP before the cluster agent."""
    selector = yaml.safe_dump(dict(SELECTORS[installed_by]), default_flow_style=True).strip()
    return load("fixed-service", ADDRESS=address, SELECTOR=selector)


def _with_sidecar(manifest: Manifest, sidecar: Mapping[str, Any]) -> Manifest:
    if manifest["kind"] != "Deployment":
        return manifest
    changed = copy.deepcopy(manifest)
    changed["spec"]["template"]["spec"]["containers"].append(dict(sidecar))
    return changed


def _cluster_agent_is_reachable(cluster: Cluster) -> bool:
    slices = cluster.items("endpointslices.discovery.k8s.io", "datadog")
    # One pod stands behind each of its Services; the Operator makes more, some before nothing.
    services = [one for one in cluster.items("Service", "datadog") if _before_cluster_agent(one)]
    names = {one["metadata"]["name"] for one in services}
    slices = [one for one in slices if one["metadata"]["labels"]["kubernetes.io/service-name"] in names]
    endpoints = [endpoint for one in slices for endpoint in one["endpoints"] or ()]
    return len(endpoints) == len(services) and all(one["conditions"]["ready"] for one in endpoints)


def _before_cluster_agent(service: Manifest) -> bool:
    selector = service["spec"].get("selector", {})
    return any(selector.items() >= one.items() for one in SELECTORS.values())
