"""The rules of the simulated Fargate that need no cluster."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cluster.fargate.admission import PROFILE_LABEL, mark, matching_profile
from tests.cluster.fargate.capacity import provisioned
from tests.cluster.fargate.refusals import refusal
from tests.cluster.fargate.state import Profile, Selector


def _container(cpu: str | None = None, memory: str | None = None, **fields: Any) -> dict[str, Any]:
    requests = {key: value for key, value in (("cpu", cpu), ("memory", memory)) if value}
    return {"name": "app", "image": "x", "resources": {"requests": requests}, **fields}


@pytest.mark.parametrize(
    ("containers", "expected"),
    [
        ([_container()], "0.25vCPU 0.5GB"),
        ([_container("100m", "70Mi")], "0.25vCPU 0.5GB"),
        ([_container("100m", "70Mi"), _container("200m", "256Mi")], "0.5vCPU 1GB"),
        ([_container("100m", "70Mi"), _container("150m", "186Mi")], "0.25vCPU 0.5GB"),
        ([_container("250m", "1792Mi")], "0.25vCPU 2GB"),
        ([_container("250m", "1792Mi"), _container("200m", "256Mi")], "0.5vCPU 3GB"),
        ([_container("1", "1Gi"), _container("200m", "256Mi")], "2vCPU 4GB"),
        ([_container("1", "8Gi")], "2vCPU 9GB"),
        ([_container("17")], None),
    ],
)
def test_capacity_follows_the_table(containers: list[dict[str, Any]], expected: str | None) -> None:
    assert provisioned({"containers": containers}) == expected


def test_capacity_takes_the_largest_init_container() -> None:
    spec = {"containers": [_container("100m")], "initContainers": [_container("2"), _container("1")]}
    assert provisioned(spec) == "2vCPU 4GB"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"hostNetwork": True}, "fields not supported: HostNetwork"),
        (
            {"containers": [_container(ports=[{"containerPort": 1, "hostPort": 1}])]},
            "port contains HostIP or HostPort",
        ),
        (
            {"containers": [_container(securityContext={"privileged": True})]},
            "invalid SecurityContext fields: Privileged",
        ),
        (
            {"containers": [_container(securityContext={"capabilities": {"add": ["SYS_PTRACE"]}})]},
            "Capabilities added: SYS_PTRACE",
        ),
        ({"volumes": [{"name": "run", "hostPath": {"path": "/run"}}]}, "run is of an unsupported volume Type"),
    ],
)
def test_refusals_name_what_is_wrong(fields: dict[str, Any], words: str) -> None:
    message = refusal({"containers": [_container()], **fields})
    assert message is not None
    assert message.startswith("Pod not supported on Fargate: ")
    assert words in message


def test_what_coredns_asks_for_is_not_refused() -> None:
    context = {"capabilities": {"add": ["NET_BIND_SERVICE"], "drop": ["ALL"]}}
    volumes = [{"name": "config-volume", "configMap": {"name": "coredns"}}]
    assert refusal({"containers": [_container(securityContext=context)], "volumes": volumes}) is None


PROFILES = [
    Profile("shop", (Selector("shop-*"), Selector("cart", {"tier": "web"}))),
    Profile("all", (Selector("shop-a"),)),
]


@pytest.mark.parametrize(
    ("namespace", "labels", "expected"),
    [
        ("shop-a", {}, "all"),
        ("shop-b", {}, "shop"),
        ("cart", {"tier": "web", "x": "y"}, "shop"),
        ("cart", {}, None),
        ("shop-a", {PROFILE_LABEL: "shop"}, "shop"),
        ("shop-b", {PROFILE_LABEL: "all"}, None),
    ],
)
def test_profiles_select_by_namespace_and_labels(
    namespace: str, labels: dict[str, str], expected: str | None
) -> None:
    assert matching_profile(labels, namespace, PROFILES) == expected


def test_pods_of_a_daemonset_stay_as_they_are() -> None:
    metadata = {"ownerReferences": [{"kind": "DaemonSet", "name": "aws-node"}]}
    assert mark({"metadata": metadata, "spec": {}}, "shop-a", PROFILES) == []


def test_a_profile_has_at_most_five_selectors() -> None:
    with pytest.raises(ValueError, match="1 to 5"):
        Profile("many", tuple(Selector(str(number)) for number in range(6)))
