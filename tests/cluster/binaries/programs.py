"""Which programs the test cluster needs, from which Go modules, and where they lie once they are built.

What is built stands under the user's cache folder, by a hash of the module files and the flags, so an old
checkout finds its own version.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

MODULES = Path(__file__).parent
KUBERNETES_VERSION = "v1.36.3"
KYVERNO_VERSION = "v1.19.1"
OPERATOR_VERSION = "v1.31.2"
# Without these the server calls itself v0.0.0-master, and everything that judges versions errs.
_VERSION_PACKAGE = "k8s.io/component-base/version"
_MAJOR, _MINOR = KUBERNETES_VERSION.removeprefix("v").split(".")[:2]
_KUBERNETES_LDFLAGS = " ".join(
    (
        "-s -w",
        f"-X {_VERSION_PACKAGE}.gitVersion={KUBERNETES_VERSION}",
        f"-X {_VERSION_PACKAGE}.gitMajor={_MAJOR}",
        f"-X {_VERSION_PACKAGE}.gitMinor={_MINOR}",
    )
)
LDFLAGS: Mapping[str, str] = {
    "etcd": _KUBERNETES_LDFLAGS,
    "kubernetes": _KUBERNETES_LDFLAGS,
    "kyverno": f"-s -w -X github.com/kyverno/kyverno/pkg/version.BuildVersion={KYVERNO_VERSION}",
    "operator": f"-s -w -X github.com/DataDog/datadog-operator/pkg/version.Version={OPERATOR_VERSION}",
    "node": _KUBERNETES_LDFLAGS,
    "containerd": "-s -w -X github.com/containerd/containerd/v2/version.Version=v2.4.2",
    "runc": "-s -w -X main.version=1.5.2",
    "cni": "-s -w",
    "coredns": "-s -w",
    "standins": "-s -w",
    "krew": "-s -w",
}
TAGS: Mapping[str, str] = {
    # Snapshotters that want C libraries or kernels of their own.
    "containerd": "no_btrfs,no_devmapper,no_zfs",
    "runc": "seccomp",
}


@dataclass(frozen=True)
class Program:
    """One program: its name, the module folder that pins it, and its Go package."""

    name: str
    module: str
    package: str


@dataclass(frozen=True)
class Manifests:
    """YAML files of a Go module that its program needs in the cluster. `pattern` is a glob."""

    module: str
    go_module: str
    pattern: str


CONTROL_PLANE = (
    Program("etcd", "etcd", "go.etcd.io/etcd/server/v3"),
    Program("kube-apiserver", "kubernetes", "k8s.io/kubernetes/cmd/kube-apiserver"),
    Program("kube-controller-manager", "kubernetes", "k8s.io/kubernetes/cmd/kube-controller-manager"),
    Program("kubectl", "kubernetes", "k8s.io/kubernetes/cmd/kubectl"),
)
KYVERNO = Program("kyverno", "kyverno", "github.com/kyverno/kyverno/cmd/kyverno")
KYVERNO_BACKGROUND = Program(
    "kyverno-background", "kyverno", "github.com/kyverno/kyverno/cmd/background-controller"
)
OPERATOR = Program("datadog-operator", "operator", "github.com/DataDog/datadog-operator/cmd")
ENGINES = (KYVERNO, KYVERNO_BACKGROUND, OPERATOR)

_CNI_PLUGINS = "github.com/containernetworking/plugins/plugins"
NODE = (
    Program("kubelet", "node", "k8s.io/kubernetes/cmd/kubelet"),
    Program("kube-proxy", "node", "k8s.io/kubernetes/cmd/kube-proxy"),
    Program("containerd", "containerd", "github.com/containerd/containerd/v2/cmd/containerd"),
    Program(
        "containerd-shim-runc-v2", "containerd", "github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2"
    ),
    Program("runc", "runc", "github.com/opencontainers/runc"),
    Program("bridge", "cni", f"{_CNI_PLUGINS}/main/bridge"),
    Program("host-local", "cni", f"{_CNI_PLUGINS}/ipam/host-local"),
    Program("loopback", "cni", f"{_CNI_PLUGINS}/main/loopback"),
    Program("coredns", "coredns", "."),
    # Written here: what runs in pods, in the place of Datadog's programs and of applications.
    Program("agent", "standins", "./agent"),
    Program("cluster-agent", "standins", "./clusteragent"),
    Program("pause", "standins", "./pause"),
)
"""What a real node needs (`tests/cluster/node`)."""

KREW = Program("krew", "krew", "sigs.k8s.io/krew/cmd/krew")
KREW_VALIDATOR = Program("validate-krew-manifest", "krew", "sigs.k8s.io/krew/cmd/validate-krew-manifest")
"""What installs plugins, and what judges their manifests; for `tests/packaging`."""

KYVERNO_MANIFESTS = Manifests("kyverno", "github.com/kyverno/kyverno", "config/install-latest-testing.yaml")
OPERATOR_MANIFESTS = Manifests("operator", "github.com/DataDog/datadog-operator", "config/crd/bases/v1/*.yaml")
MANIFESTS = (KYVERNO_MANIFESTS, OPERATOR_MANIFESTS)


def cache_folder() -> Path:
    """The folder in the user's cache that belongs to the test cluster."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "ddfargate-testcluster"


def built(program: Program) -> Path:
    """Where a program lies, or will."""
    return cache_folder() / _hash(program.module) / "bin" / program.name


def kept(manifests: Manifests) -> Path:
    """The folder of a module's YAML files, which need no Go any more."""
    return cache_folder() / _hash(manifests.module) / "manifests"


def _hash(module: str) -> str:
    flags = LDFLAGS[module] + TAGS.get(module, "")
    digest = hashlib.sha256(f"{sys.platform} {os.uname().machine} {flags}".encode())
    # go.mod, go.sum, tools.go, and the code of the modules that have some of their own.
    for path in sorted((*(MODULES / module).glob("go.*"), *(MODULES / module).rglob("*.go"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
