"""One case of a check: a YAML file that says what is changed in a healthy cluster and what must be found."""

from __future__ import annotations

import shlex
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

import msgspec
import yaml

from kubectl_ddfargate.commands.doctor import DoctorOptions
from kubectl_ddfargate.model.kinds import BY_KEY
from kubectl_ddfargate.model.snapshot import ServerVersion, Snapshot, Unread
from tests.checks import kyverno_layout
from tests.cluster import canary
from tests.cluster.agent import CONTAINER, agent
from tests.cluster.cluster import Cluster
from tests.cluster.reference import COMMON_LABEL, healthy_reference
from tests.cluster.users import rule
from tests.restart.injecting import images

CASES = Path(__file__).parent / "cases"


@dataclass(frozen=True)
class Case:
    """What one file says."""

    path: Path
    content: Mapping[str, Any]

    @property
    def check(self) -> str:
        """The id that the case is about: the folder's name."""
        return self.path.parent.name

    @property
    def fires(self) -> bool:
        """Whether the check must fire."""
        return self.path.stem.startswith("fires")

    @property
    def start(self) -> str:
        """The cluster that it starts from; cases with the same one in a row cost the least."""
        return str(self.content.get("reference"))

    @property
    def options(self) -> DoctorOptions:
        """How doctor is called."""
        return DoctorOptions(**self.content.get("doctor", {}))

    @property
    def expected(self) -> dict[str, list[str]]:
        """Id → subjects."""
        return {id_: sorted(subjects) for id_, subjects in (self.content["expect"] or {}).items()}

    def pretended(self, snapshot: Snapshot) -> Snapshot:
        """The Snapshot with what no test server can have put in its place."""
        fields = dict(self.content.get("pretend", {}))
        unserved = fields.pop("not_served", ())
        types = {"server_version": ServerVersion}
        changed = {
            name: msgspec.convert(value, types[name]) if name in types else value for name, value in fields.items()
        }
        objects = {plural: items for plural, items in snapshot.objects.items() if plural not in unserved}
        groups = {
            name: [plural for plural in plurals if plural not in unserved]
            for name, plurals in (snapshot.groups or {}).items()
        }
        lacking = [
            Unread(resource=plural, verb="list", reason="not served")
            for plural in unserved
            if not BY_KEY[plural].optional
        ]
        changed["unread"] = [*snapshot.unread, *lacking]
        changed |= {"objects": objects, "groups": {name: plurals for name, plurals in groups.items() if plurals}}
        return msgspec.structs.replace(snapshot, **changed)

    def build(self, cluster: Cluster) -> Path:
        """Make the cluster so, from an empty one; return the kubeconfig to look at it with."""
        self.build_reference(cluster)
        return self.take_steps(cluster)

    def build_reference(self, cluster: Cluster) -> None:
        """The healthy cluster that the case starts from."""
        reference = dict(self.content.get("reference") or {})
        if "sidecar" in reference:
            reference["sidecar"] = agent(**reference["sidecar"])
        healthy_reference(cluster, **reference)

    def take_steps(self, cluster: Cluster) -> Path:
        """What the case changes; return the kubeconfig to look at it with."""
        for step in self.content.get("steps", ()):
            _take(cluster, dict(step))
        if "as" in self.content:
            rights = [_rule(text) for text in self.content["as"]]
            return cluster.user("limited-by-case", rules=rights)
        return cluster.kubeconfig


def cases() -> list[Case]:
    """All cases."""
    return [load(path) for path in sorted(CASES.glob("DDF*/*.yaml"))]


def load(path: Path) -> Case:
    """Read one file."""
    text = path.read_text(encoding="utf-8")
    known = {name: value for name, value in vars(canary).items() if name.isupper() and isinstance(value, str)}
    # The C parser: hundreds of files are read whenever tests are collected.
    return Case(path, yaml.load(Template(text).safe_substitute(known), Loader=yaml.CSafeLoader))


def _rule(text: str) -> Any:
    """`get list on deployments in apps`."""
    verbs, _, rest = text.partition(" on ")
    resources, _, group = rest.partition(" in ")
    return rule(verbs, resources, group)


def _address(text: str) -> tuple[str, str, str | None]:
    """`Deployment/coredns -n kube-system` as kind, name, namespace."""
    words = shlex.split(text)
    kind, _, name = words[0].rpartition("/")
    return kind, name, words[2] if len(words) == 3 else None


_FURTHER = {
    "apply": {"as"},
    "patch": {"with", "form", "subresource"},
    "restart": {"wait"},
    "log": {"text"},
    "wait": {"container", "reason"},
}
"""The keys that a step may have beside its own."""
_CALLS = {"policy", "webhook", "workload"}
"""Steps whose further keys are arguments of a function, which refuses what it does not know."""


def _refuse_unknown_keys(step: Mapping[str, Any]) -> None:
    own, *further = step
    unknown = set() if own in _CALLS else set(further) - _FURTHER.get(own, set())
    if unknown:
        raise ValueError(f"{', '.join(sorted(unknown))}: not known in a step `{own}`")


def _take(cluster: Cluster, step: dict[str, Any]) -> None:
    _refuse_unknown_keys(step)
    if "apply" in step:
        cluster.apply(step["apply"], manager=step.get("as", "kubectl"))
    elif "delete" in step:
        cluster.delete(*_address(step["delete"]))
    elif "patch" in step:
        options = {"form": step.get("form", "merge"), "subresource": step.get("subresource", "")}
        cluster.api.patch(*_address(step["patch"]), step["with"], **options)
    elif "kyverno" in step:
        _kyverno(cluster, step["kyverno"] or {})
    elif "policy" in step:
        cluster.injector_policy(step.pop("policy"), **_injection(step))
    elif "webhook" in step:
        cluster.stand_in_webhook(step.pop("webhook"), **_injection(step))
    elif "workload" in step:
        _workload(cluster, step)
    else:
        _let_happen(cluster, step)


def _kyverno(cluster: Cluster, how: dict[str, Any]) -> None:
    cluster.apply(kyverno_layout.kinds())
    cluster.apply(kyverno_layout.layout(**how))
    if how.get("replicas", 1):
        cluster.wait_rolled_out("kyverno-admission-controller", kyverno_layout.NAMESPACE)


def _let_happen(cluster: Cluster, step: dict[str, Any]) -> None:
    if "restart" in step:
        _restart(cluster, *_address(step["restart"]), wait=step.get("wait", True))
    elif "log" in step:
        name, namespace = step["log"].split(" -n ")
        cluster.set_log(namespace, f"{name}-", CONTAINER, step["text"])
    elif "run" in step:
        _run(cluster, *_address(step["run"]))
    elif "gone" in step:
        kind, namespace = step["gone"].split(" -n ")
        cluster.wait_for(lambda: not cluster.items(kind, namespace), what=f"no {kind} in {namespace}")
    elif "endpoints" in step:
        _wait_for_endpoints(cluster, *step["endpoints"].split(" -n "))
    elif "injected" in step:
        cluster.wait_for(lambda: (len(images(cluster, COMMON_LABEL)) > 1) is step["injected"], what=str(step))
    elif "later" in step:
        _wait_for_a_later_second(cluster, *_address(step["later"]))
    elif "wait" in step:
        _wait(cluster, *_address(step["wait"]), container=step["container"], reason=step["reason"])
    else:
        raise ValueError(f"no such step: {step}")


def _restart(cluster: Cluster, kind: str, name: str, namespace: str | None, *, wait: bool) -> None:
    assert namespace is not None
    if wait:
        cluster.rollout_restart(name, namespace, kind=kind)
    else:
        cluster.kubectl("rollout", "restart", f"{kind}/{name}", "-n", namespace, check=True)


def _run(cluster: Cluster, kind: str, name: str, namespace: str | None) -> None:
    """Make a CronJob's next Job now, and wait until the kubelet has spoken of its pod."""
    assert namespace is not None
    job = f"{name}-now"
    cluster.kubectl("create", "job", job, f"--from={kind}/{name}", "-n", namespace, check=True)
    cluster.wait_for_pod(job, namespace, lambda pod: pod["status"].get("containerStatuses"), kind="Job")


def _workload(cluster: Cluster, step: dict[str, Any]) -> None:
    _, name, namespace = _address(step.pop("workload"))
    assert namespace is not None
    if "agent" in step:
        own = {"name": name, "image": "registry.example/app:1"}
        sidecar = agent(**(step.pop("agent") or {}))
        containers = step.get("containers", [own])
        if step.pop("native", False):
            spec = {**step.get("pod_spec", {}), "initContainers": [{**sidecar, "restartPolicy": "Always"}]}
            step |= {"containers": containers, "pod_spec": spec}
        else:
            step["containers"] = [*containers, sidecar]
    cluster.workload(name, namespace, **step)


def _wait_for_endpoints(cluster: Cluster, service: str, namespace: str) -> None:
    def ready() -> bool:
        slices = cluster.items(
            "endpointslices.discovery.k8s.io", namespace, labelSelector=f"kubernetes.io/service-name={service}"
        )
        endpoints = [one for part in slices for one in part["endpoints"] or ()]
        return any(one["conditions"]["ready"] for one in endpoints)

    cluster.wait_for(ready, what=f"endpoints of {namespace}/{service}")


def _injection(step: dict[str, Any]) -> dict[str, Any]:
    container = agent(**(step.pop("agent", None) or {}))
    return {**step, "container": container}


def _wait_for_a_later_second(cluster: Cluster, kind: str, name: str, namespace: str | None) -> None:
    """Until the server's clock shows another second than that in which the containers of a workload started."""
    assert namespace is not None

    def started_before_now(pod: Mapping[str, Any]) -> bool:
        running = [status["state"]["running"]["startedAt"] for status in pod["status"]["containerStatuses"]]
        return bool(max(running) < time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()))

    cluster.wait_for_pod(name, namespace, started_before_now, kind=kind)


def _wait(cluster: Cluster, kind: str, name: str, namespace: str | None, *, container: str, reason: str) -> None:
    assert namespace is not None

    def so(pod: Mapping[str, Any]) -> bool:
        status = pod["status"]
        if reason in [condition.get("reason") for condition in status.get("conditions", ())]:
            return True
        for one in status.get("containerStatuses", ()):
            for state in (one["state"], one.get("lastState", {})):
                if one["name"] == container and any(part.get("reason") == reason for part in state.values()):
                    return True
        return False

    cluster.wait_for_pod(name, namespace, so, kind=kind)
