"""The real Kyverno, run outside the cluster against its API server.

Only its objects that matter there are applied: no Deployment and no Service of Kyverno's own exist. Its
webhooks are registered by URL.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from http.client import HTTPException, HTTPSConnection
from pathlib import Path

from . import processes
from .api import Manifest
from .binaries.build import engine, module_files
from .binaries.programs import KYVERNO, KYVERNO_BACKGROUND, KYVERNO_MANIFESTS
from .engine import Engine, documents
from .kyverno_settings import NAMESPACE, covering_kube_system, environment
from .objects import ObjectsOfCluster
from .sweep import Found

ACCOUNT = "system:serviceaccount:kyverno:kyverno"
_POLICY_WEBHOOKS = "kyverno-policy-mutating-webhook-cfg"
_BACKGROUND = "kyverno-background"
_KINDS = {"Namespace", "ConfigMap", "CustomResourceDefinition"}
_RBAC_KINDS = {"ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"}
# What Kyverno makes for itself besides its objects. No more, so that a test may put things into its namespace.
_MADE_IN_NAMESPACE = {"Secret", "ServiceAccount", "ConfigMap"}
_WEBHOOK_KINDS = {"MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"}
# Each time that Kyverno reads its ConfigMap it says one of the two, near the end of reading.
_CONFIGURED = ("webhookLabels not set", "webhookLabels configured")


class Kyverno(Engine):
    """A running Kyverno. Make it with `Kyverno.start`; tests get it from the fixture `kyverno`."""

    name = "kyverno"
    user = f"{ACCOUNT}-admission-controller"
    groups = ("kyverno.io", "wgpolicyk8s.io", "openreports.io")

    def __init__(self, cluster: ObjectsOfCluster) -> None:
        super().__init__(cluster)
        self._stock: dict[str, str] = {}
        self._asked: dict[str, str] = {}
        # Kept over restarts: the URL in the webhooks must stay true while the program is down.
        self._port, self._metrics = processes.free_port(), processes.free_port()

    @classmethod
    def start(
        cls,
        cluster: ObjectsOfCluster,
        *,
        covers_kube_system: bool = True,
        rbac: bool = True,
    ) -> Kyverno:
        """Apply its objects, run it, and return when it is ready.

        `rbac=False` leaves out its roles; then no MutatingPolicy says that it is ready, though it acts.
        """
        kinds = _KINDS | _RBAC_KINDS if rbac else _KINDS
        objects = [one for one in documents(module_files(KYVERNO_MANIFESTS)) if one["kind"] in kinds]
        kyverno = cls(cluster)
        (config,) = (one for one in objects if (one["kind"], one["metadata"]["name"]) == ("ConfigMap", "kyverno"))
        kyverno._stock = config["data"]
        kyverno._asked = covering_kube_system(config["data"]) if covers_kube_system else config["data"]
        with kyverno._ended_on_error():
            kyverno._install({**one, "data": kyverno._asked} if one is config else one for one in objects)
            kyverno._run()
        return kyverno

    def run_background(self) -> None:
        """Run its background controller too (generate and mutate-existing rules), until a reset or restart."""
        lead = len(self.log())
        command: list[str | Path] = [engine(KYVERNO_BACKGROUND), *self._common(processes.free_port())]
        self._launch(_BACKGROUND, command, environment("background"))
        self._wait_ready(lambda: "started leading" in self.log()[lead:])

    def configure(self, data: Mapping[str, str | None]) -> None:
        """Change keys of the ConfigMap `kyverno` (None removes one), and wait until Kyverno has read it."""
        before = self._config()
        after = {key: value for key, value in {**before, **data}.items() if value is not None}
        if after == before:
            return
        read = self._times_configured()
        self._cluster.patch("ConfigMap", "kyverno", NAMESPACE, {"data": dict(data)})
        if self.running:
            self._cluster.wait_for(lambda: self._times_configured() > read, what="Kyverno read its ConfigMap")

    def configure_stock(self) -> None:
        """The ConfigMap as Kyverno ships it: kube-system is excluded, twice."""
        self._replace(self._stock)

    def cover_kube_system(self) -> None:
        """The stock ConfigMap without either exclusion of kube-system."""
        self._replace(covering_kube_system(self._stock))

    def webhooks(self, *, validating: bool = False) -> list[Manifest]:
        """The entries by which Kyverno is called for pods and the like; none without policies.

        Mutate rules make mutating ones, generate rules validating ones.
        """
        kind, form = ("Validating", "validating") if validating else ("Mutating", "mutating")
        found = self._cluster.get(f"{kind}WebhookConfiguration", f"kyverno-resource-{form}-webhook-cfg")
        return list((found or {}).get("webhooks", ()))

    def owns(self, one: Found) -> bool:
        """Also its webhook configurations, and what it keeps in its namespace."""
        kind = one.resource.kind
        if kind in _WEBHOOK_KINDS:
            return one.name.startswith("kyverno-")
        return super().owns(one) or (one.namespace == NAMESPACE and kind in _MADE_IN_NAMESPACE)

    def settle(self) -> None:
        """Wait until no deleted policy is called any more, and put the ConfigMap back."""
        if background := self._running.pop(_BACKGROUND, None):
            processes.end(background)
        self._replace(self._asked)
        self._cluster.wait_for(
            lambda: not self.webhooks() and not self.webhooks(validating=True),
            what="Kyverno took its webhooks back",
        )

    def stop(self) -> None:
        """Also forget who led and when: a sweep does not see leases."""
        super().stop()
        for lease in self._cluster.items("Lease", NAMESPACE):
            self._cluster.api.delete("Lease", lease["metadata"]["name"], NAMESPACE)

    def _replace(self, data: Mapping[str, str]) -> None:
        self.configure({**dict.fromkeys(self._config()), **data})

    def _config(self) -> dict[str, str]:
        data: dict[str, str] = self._cluster.existing("ConfigMap", "kyverno", NAMESPACE).get("data", {})
        return data

    def _times_configured(self) -> int:
        text = self._log_file(self.name).read_text(encoding="utf-8", errors="replace")
        return sum(text.count(line) for line in _CONFIGURED)

    def _run(self) -> None:
        tls = "kyverno-svc.kyverno.svc.kyverno-tls"
        command: list[str | Path] = [
            engine(KYVERNO),
            f"--serverIP=127.0.0.1:{self._port}",
            "--webhookServerHost=127.0.0.1",
            f"--webhookServerPort={self._port}",
            f"--caSecretName={tls}-ca",
            f"--tlsSecretName={tls}-pair",
            f"--backgroundServiceAccountName={ACCOUNT}-background-controller",
            f"--reportsServiceAccountName={ACCOUNT}-reports-controller",
        ]
        self._launch(self.name, [*command, *self._common(self._metrics)], environment("admission"))
        self._wait_ready(self._ready)

    def _common(self, metrics: int) -> list[str]:
        return [
            f"--kubeconfig={self.kubeconfig}",
            "--controllerRuntimeMetricsAddress=0",
            f"--metricsPort={metrics}",
            "--disableLogColor=true",
            "-v=2",
        ]

    def _ready(self) -> bool:
        if self._cluster.get("MutatingWebhookConfiguration", _POLICY_WEBHOOKS) is None:
            return False
        # Loopback, and the certificate is Kyverno's own: only that it answers is of interest.
        trusting = ssl._create_unverified_context()
        asked = HTTPSConnection("127.0.0.1", self._port, timeout=2, context=trusting)
        try:
            asked.request("GET", "/health/readiness")
            return asked.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            asked.close()
