"""Runs the real control plane: etcd, kube-apiserver, kube-controller-manager, and the simulated Fargate.

All of it listens on loopback, keeps its data in one folder, and ends with the process that started it, unless
it is `detached` (the playground). It knows nothing of Datadog.
"""

from __future__ import annotations

import atexit
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from . import processes
from .api import Api, ApiError
from .binaries.build import Binaries
from .certificates import Authority, service_account_keys
from .kubeconfig import write_kubeconfig
from .store import AT_ONCE
from .waiting import wait_for

SERVICE_RANGE = "172.20.0.0/16"
SERVED_NAMES = ("127.0.0.1", "localhost", "kubernetes", "kubernetes.default.svc", "172.20.0.1")
SIMULATION_USER = "eks:fargate-scheduler"
LIMITED_USER = "limited"
# The first three punish nodes that no kubelet reports for, and every node here is one.
# The last would hit new objects of tests that follow each other; `fargate/namespaces.py` does its work.
_UNWANTED_CONTROLLERS = (
    "node-lifecycle-controller",
    "pod-garbage-collector-controller",
    "taint-eviction-controller",
    "namespace-controller",
)

AUDIT_POLICY: dict[str, Any] = {
    "apiVersion": "audit.k8s.io/v1",
    "kind": "Policy",
    "omitStages": ["RequestReceived"],
    "rules": [
        # The machinery's own requests would bury those of the tests.
        {
            "level": "None",
            "users": [
                SIMULATION_USER,
                "system:apiserver",
                "system:kube-controller-manager",
                "system:serviceaccount:kyverno:kyverno-admission-controller",
                "system:serviceaccount:datadog:datadog-operator",
            ],
        },
        {"level": "Metadata"},
    ],
}


@dataclass(frozen=True)
class Tokens:
    """Bearer tokens of the users that the API server knows from its start."""

    admin: str
    limited: str
    simulation: str


class ControlPlane:
    """One running control plane. Make it with `ControlPlane.start`."""

    def __init__(self, folder: Path, binaries: Binaries, *, detached: bool) -> None:
        self.folder = folder
        self.binaries = binaries
        self.authority = Authority(folder)
        self.tokens = Tokens(*(secrets.token_hex(16) for _ in range(3)))
        self.audit_log = folder / "audit.log"
        self.fargate_folder = folder / "fargate"
        self._detached = detached
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._api_port = processes.free_port()
        self.server = f"https://127.0.0.1:{self._api_port}"
        self.etcd = ""
        """Where its store is served: for what no API server of today would take."""
        self.kubeconfig = self.kubeconfig_for("admin", token=self.tokens.admin)
        self.limited_kubeconfig = self.kubeconfig_for(LIMITED_USER, token=self.tokens.limited)

    @classmethod
    def start(cls, folder: Path, binaries: Binaries, *, detached: bool = False) -> ControlPlane:
        """Start everything in the empty `folder`, and return when it serves (about 5 s)."""
        plane = cls(folder, binaries, detached=detached)
        if not detached:
            atexit.register(plane.stop)
        try:
            plane._start_etcd_and_api_server()
            plane._start_controller_manager()
            plane._start_fargate()
        except BaseException:
            plane.stop()
            raise
        return plane

    def kubeconfig_for(self, user: str, *, token: str | None = None, groups: Sequence[str] = ()) -> Path:
        """The kubeconfig of `user`: by `token`, or without one by a new client certificate."""
        return write_kubeconfig(
            self.folder / f"{user.replace(':', '-').replace('/', '-')}.kubeconfig",
            server=self.server,
            authority=self.authority.certificate,
            user=user,
            token=token,
            certificate=None if token else self.authority.client(user, groups),
        )

    def api(self) -> Api:
        """A client with all rights."""
        return Api(self.server, self.authority.certificate, self.tokens.admin)

    def process_ids(self) -> dict[str, int]:
        """Program name to process id."""
        return {name: process.pid for name, process in self._running.items()}

    def stop(self) -> None:
        """End all programs at once; the folder stays."""
        for process in reversed(list(self._running.values())):
            processes.end(process)
        self._running.clear()

    def _start_etcd_and_api_server(self) -> None:
        client, peer = (f"http://127.0.0.1:{processes.free_port()}" for _ in range(2))
        self.etcd = client
        self._start(
            "etcd",
            [
                self.binaries.etcd,
                f"--data-dir={self.folder / 'etcd'}",
                "--unsafe-no-fsync",
                f"--max-txn-ops={AT_ONCE}",
                "--max-request-bytes=16777216",
                f"--listen-client-urls={client}",
                f"--advertise-client-urls={client}",
                f"--listen-peer-urls={peer}",
                f"--initial-advertise-peer-urls={peer}",
                f"--initial-cluster=default={peer}",
                "--log-level=warn",
            ],
        )
        self._start("kube-apiserver", [self.binaries.kube_apiserver, *self._api_server_flags(client)])
        api = self.api()
        self._wait(lambda: _ready(api), "kube-apiserver is ready")

    def _api_server_flags(self, etcd: str) -> list[str]:
        serving = self.authority.server("kube-apiserver", SERVED_NAMES)
        keys = service_account_keys(self.folder)
        users = self.folder / "tokens.csv"
        users.write_text(
            f'{self.tokens.admin},admin,1,"system:masters"\n'
            f"{self.tokens.limited},{LIMITED_USER},2\n"
            f'{self.tokens.simulation},{SIMULATION_USER},3,"system:masters"\n',
            encoding="utf-8",
        )
        policy = self.folder / "audit-policy.yaml"
        policy.write_text(yaml.safe_dump(AUDIT_POLICY), encoding="utf-8")
        return [
            f"--etcd-servers={etcd}",
            f"--secure-port={self._api_port}",
            "--bind-address=127.0.0.1",
            # Only written into the endpoints of the Service `kubernetes`; a machine without network has none.
            "--advertise-address=10.0.0.2",
            f"--cert-dir={self.folder / 'apiserver'}",
            f"--tls-cert-file={serving.certificate}",
            f"--tls-private-key-file={serving.key}",
            f"--client-ca-file={self.authority.certificate}",
            f"--service-cluster-ip-range={SERVICE_RANGE}",
            f"--service-account-key-file={keys.certificate}",
            f"--service-account-signing-key-file={keys.key}",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--token-auth-file={users}",
            "--authorization-mode=RBAC",
            "--allow-privileged=true",
            # It taints each new node until a kubelet reports, and none does.
            "--disable-admission-plugins=TaintNodesByCondition",
            "--kubelet-preferred-address-types=ExternalIP",
            f"--audit-policy-file={policy}",
            f"--audit-log-path={self.audit_log}",
            "--profiling=false",
        ]

    def _start_controller_manager(self) -> None:
        kubeconfig = self.kubeconfig_for("system:kube-controller-manager", groups=["system:masters"])
        unwanted = ",".join(f"-{name}" for name in _UNWANTED_CONTROLLERS)
        self._start(
            "kube-controller-manager",
            [
                self.binaries.kube_controller_manager,
                f"--kubeconfig={kubeconfig}",
                f"--service-account-private-key-file={self.folder / 'service-account.key'}",
                f"--root-ca-file={self.authority.certificate}",
                f"--controllers=*,{unwanted}",
                "--use-service-account-credentials=true",
                "--leader-elect=false",
                "--secure-port=0",
                # The defaults are meant to spare a large cluster; a test only waits for them.
                "--kube-api-qps=500",
                "--kube-api-burst=1000",
            ],
        )

    def _start_fargate(self) -> None:
        self.fargate_folder.mkdir()
        serving = self.authority.server("fargate", ["127.0.0.1"])
        kubeconfig = self.kubeconfig_for(SIMULATION_USER, token=self.tokens.simulation)
        self._start(
            "fargate",
            [
                sys.executable,
                *("-m", "tests.cluster.fargate"),
                f"--kubeconfig={kubeconfig}",
                f"--folder={self.fargate_folder}",
                f"--certificate={serving.certificate}",
                f"--key={serving.key}",
            ],
        )
        self._wait((self.fargate_folder / "url").exists, "the simulated Fargate is ready")

    def fargate_url(self) -> str:
        """Where the simulated Fargate serves its webhooks."""
        return (self.fargate_folder / "url").read_text(encoding="utf-8")

    def _start(self, name: str, command: Sequence[str | Path]) -> None:
        repository = Path(__file__).parents[2]
        self._running[name] = processes.start(
            command,
            log=self._log(name),
            detached=self._detached,
            environment={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            folder=repository,
        )

    def _wait(self, condition: Callable[[], object], what: str) -> None:
        def came() -> bool:
            for name, process in self._running.items():
                if process.poll() is not None:
                    raise RuntimeError(f"{name} ended by itself:\n{self._tail(name)}")
            return bool(condition())

        wait_for(came, what=what, deadline=90, detail=self._all_tails)

    def _log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def _tail(self, name: str) -> str:
        return self._log(name).read_text(encoding="utf-8", errors="replace")[-3000:]

    def _all_tails(self) -> str:
        return "\n".join(f"--- {name}\n{self._tail(name)}" for name in self._running)

    def audit_events(self, offset: int = 0) -> list[dict[str, Any]]:
        """The audit log from byte `offset` on, without the machinery's own requests."""
        with self.audit_log.open("rb") as log:
            log.seek(offset)
            return [json.loads(line) for line in log if line.endswith(b"\n")]


def _ready(api: Api) -> bool:
    try:
        api.text("/readyz")
    except ApiError:
        return False
    return True
