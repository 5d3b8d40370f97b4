"""The cluster as tests see it: apply things, look at them, wait for them, start afresh.

`README.md` beside this file shows the use. One `Cluster` stands for one running control plane.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import yaml

from .api import Manifest
from .control_plane import ControlPlane
from .fargate import admission
from .fargate.server import FARGATE_PATH, STAND_IN_PATH
from .fargate.state import ExecAnswer, Profile, Selector, StandIn
from .injectors import policy_manifests, webhook_configuration
from .returning import ReturningCluster
from .waiting import wait_for
from .workloads import Env, owner_uids, pod_labels, pod_template, rolled_out, workload_manifest


class Cluster(ReturningCluster):
    """A test cluster. Everything it makes is gone after `reset`."""

    def __init__(self, plane: ControlPlane) -> None:
        super().__init__(plane)
        self._authority = base64.b64encode(plane.authority.certificate.read_bytes()).decode()

    # --- Fargate and workloads

    def profile(self, name: str, *, namespace: str, labels: Mapping[str, str] | None = None) -> None:
        """Add a Fargate profile, or a selector to one; the first also registers Fargate's webhook."""
        profiles = {profile.name: profile for profile in self._state.profiles()}
        before = profiles[name].selectors if name in profiles else ()
        profiles[name] = Profile(name, (*before, Selector(namespace, dict(labels or {}))))
        self._state.write_profiles(list(profiles.values()))
        if self.get("MutatingWebhookConfiguration", admission.CONFIGURATION) is None:
            self._register(admission.CONFIGURATION, FARGATE_PATH, manager="eks")
            # The API server calls a new webhook a moment later.
            self._state.write_profiles([Profile("probe", (Selector("default"),)), *profiles.values()])
            self.wait_for(lambda: self._admitted("default", {})["spec"]["schedulerName"] == admission.SCHEDULER)
            self._state.write_profiles(list(profiles.values()))

    def workload(
        self,
        name: str,
        namespace: str,
        *,
        kind: str = "Deployment",
        on_fargate: bool = True,
        labels: Mapping[str, str] | None = None,
        annotations: Mapping[str, str] | None = None,
        containers: Sequence[Mapping[str, Any]] = (),
        env: Env | None = None,
        replicas: int = 1,
        dns_policy: str | None = None,
        service_account: str | None = None,
        pod_spec: Mapping[str, Any] | None = None,
        wait: bool = True,
    ) -> Manifest:
        """Make a workload with its namespace, ServiceAccount and Fargate profile; wait until it is rolled out.

        `labels` and `annotations` are the pod template's, `env` goes to the first container, `pod_spec` adds
        fields to the pod's spec. Give `wait=False` where the pods shall not become ready.
        """
        labels = dict(labels or {"app": name})
        if self.get("Namespace", namespace) is None:
            self.namespace(namespace)
        if service_account and self.get("ServiceAccount", service_account, namespace) is None:
            metadata = {"name": service_account, "namespace": namespace}
            self.apply({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata})
        if on_fargate and admission.matching_profile(labels, namespace, self._state.profiles()) is None:
            self.profile(f"fp-{namespace}-{name}", namespace=namespace, labels=labels)
        spec = {
            **({"dnsPolicy": dns_policy} if dns_policy else {}),
            **({"serviceAccountName": service_account} if service_account else {}),
            **(pod_spec or {}),
        }
        template = pod_template(
            name, labels=labels, annotations=annotations or {}, containers=containers, env=env or {}, spec=spec
        )
        self.apply(workload_manifest(kind, name, namespace, template, replicas=replicas))
        return self.wait_rolled_out(name, namespace, kind=kind) if wait else self.existing(kind, name, namespace)

    def rollout_restart(self, name: str, namespace: str, *, kind: str = "Deployment") -> None:
        """What `kubectl rollout restart` does; then wait until it is rolled out.

        kubectl refuses a second one within a second, and an engine that was just configured may refuse it, too.
        """
        told: list[str] = []

        def restarted() -> bool:
            run = self.kubectl("rollout", "restart", f"{kind}/{name}", "-n", namespace)
            told.append(run.stderr)
            return run.returncode == 0

        wait_for(restarted, what=f"{kind} {namespace}/{name} is restarted", every=0.3, detail=lambda: told[-1])
        self.wait_rolled_out(name, namespace, kind=kind)

    def wait_rolled_out(
        self, name: str, namespace: str, *, kind: str = "Deployment", deadline: float = 20
    ) -> Manifest:
        """Wait until all pods are of the present template and ready, and the old ones gone."""

        def done() -> Manifest | None:
            workload = self.existing(kind, name, namespace)
            if not rolled_out(workload):
                return None
            ending = kind not in {"Job", "CronJob"} and any(
                pod["metadata"].get("deletionTimestamp") for pod in self.pods(name, namespace, kind=kind)
            )
            return None if ending else workload

        def seen() -> str:
            return self.kubectl("get", "pods,events", "-n", namespace, "-o", "wide").stdout

        what = f"{kind} {namespace}/{name} is rolled out"
        return wait_for(done, what=what, deadline=deadline, detail=seen)

    def pods(self, name: str, namespace: str, *, kind: str = "Deployment") -> list[Manifest]:
        """The pods of a workload: those that its selector selects and that it made."""
        workload = self.existing(kind, name, namespace)
        selector = pod_labels(workload)
        pods = self.items("Pod", namespace, labelSelector=selector)
        owners = {workload["metadata"]["uid"]}
        if kind == "Deployment":
            replica_sets = self.items("ReplicaSet", namespace, labelSelector=selector)
            owners = {one["metadata"]["uid"] for one in replica_sets if owner_uids(one) & owners}
        return pods if kind == "Pod" else [pod for pod in pods if owner_uids(pod) & owners]

    def wait_for_pod(
        self, name: str, namespace: str, condition: Callable[[Manifest], object], *, kind: str = "Deployment"
    ) -> Manifest:
        """Wait until a pod of a workload fulfils the condition, and return it."""
        return wait_for(
            lambda: next((pod for pod in self.pods(name, namespace, kind=kind) if condition(pod)), None),
            what=f"a pod of {kind} {namespace}/{name} as wanted",
            detail=lambda: yaml.safe_dump([pod["status"] for pod in self.pods(name, namespace, kind=kind)]),
        )

    def set_log(self, namespace: str, pod: str, container: str, text: str) -> None:
        """What `kubectl logs` gives for a container of the pods whose name begins with `pod`."""
        self._state.write_logs({**self._state.logs(), f"{namespace}/{pod}/{container}": text})

    def set_exec(
        self,
        namespace: str,
        pod: str,
        container: str,
        command: str,
        *,
        stdout: str = "",
        stderr: str = "",
        exit_code: int = 0,
    ) -> None:
        """What `kubectl exec` gives for commands that contain `command`; others are "not found" (127)."""
        answer = ExecAnswer(namespace, pod, container, command, stdout, stderr, exit_code)
        self._state.write_exec_answers([*self._state.exec_answers(), answer])

    # --- injectors

    def injector_policy(
        self,
        name: str = "datadog-sidecar",
        *,
        container: Mapping[str, Any],
        labels: Mapping[str, str],
        namespaces: Sequence[str] = (),
        match_conditions: Sequence[Mapping[str, str]] = (),
        failure_policy: str = "Ignore",
        reinvocation_policy: str = "Never",
        operations: Sequence[str] = ("CREATE",),
        share_process_namespace: bool = True,
        wait: bool = True,
    ) -> None:
        """A native MutatingAdmissionPolicy that adds `container` to pods with `labels`; waits until it acts."""
        policy = policy_manifests(
            name,
            container=container,
            labels=labels,
            namespaces=namespaces,
            match_conditions=match_conditions,
            failure_policy=failure_policy,
            reinvocation_policy=reinvocation_policy,
            operations=operations,
            share_process_namespace=share_process_namespace,
        )
        self.apply(policy)
        if not namespaces:
            self._policies.append((container["name"], labels))
        if wait:
            self.wait_until_injected(container, labels, (*namespaces, "default")[0])

    def stand_in_webhook(
        self,
        name: str = "story-sidecar-injector",
        *,
        container: Mapping[str, Any],
        label_sets: Sequence[Mapping[str, str]],
        namespaces: Sequence[str] = (),
        failure_policy: str = "Fail",
        reinvocation_policy: str = "Never",
        operations: Sequence[str] = ("CREATE", "UPDATE"),
        annotations: Mapping[str, str] | None = None,
        share_process_namespace: bool = True,
        wait: bool = True,
    ) -> None:
        """A webhook that puts `container` first into pods with any of the label sets, as Kyverno would."""
        stand_in = StandIn(dict(container), dict(annotations or {}), share_process_namespace)
        self._state.write_stand_ins({**self._state.stand_ins(), name: stand_in})
        self._register(
            name,
            f"{STAND_IN_PATH}{name}",
            label_sets=label_sets,
            namespaces=namespaces,
            failure_policy=failure_policy,
            reinvocation_policy=reinvocation_policy,
            operations=operations,
        )
        if wait:
            self.wait_until_injected(container, label_sets[0], (*namespaces, "default")[0])

    def wait_until_on_fargate(self, labels: Mapping[str, str], namespace: str) -> None:
        """Wait until a pod with these labels would go to Fargate."""
        self.wait_for(
            lambda: self._admitted(namespace, labels)["spec"]["schedulerName"] == admission.SCHEDULER,
            what=f"pods of {namespace} go to Fargate",
        )

    def wait_until_injected(
        self, container: Mapping[str, Any], labels: Mapping[str, str], namespace: str = "default"
    ) -> None:
        """Wait until a pod with these labels would get the container."""
        what = f"{container['name']} is injected in {namespace}"
        self.wait_for(lambda: self._injected(container["name"], labels, namespace), what=what)

    def _register(self, name: str, path: str, *, manager: str = "kubectl", **options: Any) -> None:
        url = self.plane.fargate_url() + path
        configuration = webhook_configuration(name, url=url, authority=self._authority, **options)
        self.apply(configuration, manager=manager)
