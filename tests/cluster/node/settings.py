"""The settings files of the node's programs. Pure functions; each value that is not a default has its reason."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .images import PAUSE
from .names import CLUSTER_DNS, NODE, POD_RANGE, POD_SUBNET, PROVIDER_ID, REGISTRY

CONTAINERD = "/run/containerd/containerd.sock"

NETWORK = {
    "cniVersion": "1.0.0",
    "name": "pods",
    "plugins": [
        {
            "type": "bridge",
            "bridge": "cni0",
            "isGateway": True,
            "hairpinMode": True,
            # There is no outside to hide from.
            "ipMasq": False,
            "ipam": {
                "type": "host-local",
                "dataDir": "/run/cni-ipam",
                "ranges": [[{"subnet": POD_SUBNET}]],
                "routes": [{"dst": "0.0.0.0/0"}],
            },
        }
    ],
}


def registry_hosts() -> str:
    """containerd: all images come from our registry, whatever their name."""
    return f'server = "{REGISTRY}"\n\n[host."{REGISTRY}"]\n  capabilities = ["pull", "resolve"]\n'


def containerd(folder: Path, programs: Mapping[str, Path]) -> str:
    """containerd itself: our own images, runc, plugins and folder."""
    return f"""version = 3
root = "{folder}/containerd"
state = "/run/containerd"
oom_score = 0
[grpc]
  address = "{CONTAINERD}"
[plugins.'io.containerd.cri.v1.images']
  snapshotter = "overlayfs"
  [plugins.'io.containerd.cri.v1.images'.pinned_images]
    sandbox = "{PAUSE}"
  [plugins.'io.containerd.cri.v1.images'.registry]
    config_path = "{folder}/registries"
[plugins.'io.containerd.cri.v1.runtime']
  # No right to go below the score that we have.
  restrict_oom_score_adj = true
  disable_apparmor = true
  disable_hugetlb_controller = true
  [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
      BinaryName = "{programs["runc"]}"
      SystemdCgroup = false
  [plugins.'io.containerd.cri.v1.runtime'.cni]
    bin_dirs = ["{folder}/plugins"]
    conf_dir = "{folder}/cni"
"""


def kubelet(folder: Path, authority: str) -> dict[str, Any]:
    """The kubelet; `authority` signs what the API server shows it."""
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        # Only version 1 has the controllers where this was tried.
        "failCgroupV1": False,
        "cgroupDriver": "cgroupfs",
        "oomScoreAdj": 0,
        "maxOpenFiles": 20000,
        "containerRuntimeEndpoint": f"unix://{CONTAINERD}",
        "clusterDNS": [CLUSTER_DNS],
        "clusterDomain": "cluster.local",
        "resolvConf": str(folder / "resolv.conf"),
        "volumePluginDir": "/var/lib/kubelet/volume-plugins",
        "address": "0.0.0.0",
        "readOnlyPort": 0,
        "providerID": PROVIDER_ID,
        "failSwapOn": False,
        # How full the machine's disk is, is no business of these tests.
        "imageGCHighThresholdPercent": 100,
        "evictionHard": {"memory.available": "100Mi", "nodefs.available": "1%", "imagefs.available": "1%"},
        "authentication": {
            "anonymous": {"enabled": False},
            "webhook": {"enabled": True},
            "x509": {"clientCAFile": authority},
        },
        "authorization": {"mode": "Webhook"},
    }


def kube_proxy(kubeconfig: Path) -> dict[str, Any]:
    """kube-proxy."""
    return {
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        "mode": "nftables",
        "clientConnection": {"kubeconfig": str(kubeconfig)},
        "hostnameOverride": NODE,
        "clusterCIDR": POD_RANGE,
        "oomScoreAdj": 0,
        # The kernel's own values: outside of the machine's network they cannot be written.
        "conntrack": {"maxPerCore": 0, "min": 0, "tcpEstablishedTimeout": "0s", "tcpCloseWaitTimeout": "0s"},
    }
