"""No secret value leaves the tool, wherever in the cluster it stands and whatever is asked."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from kubectl_ddfargate.render.formats import FORMATS
from tests.cluster import canary
from tests.cluster.api import Manifest
from tests.cluster.cluster import Cluster
from tests.cluster.reference import healthy_reference
from tests.doctor.running import Run, ddfargate

TOLD = f"bad key {canary.API_KEY}, password={canary.APP_PASSWORD}"
RULES = [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}]
POLICY: Manifest = {
    "apiVersion": "admissionregistration.k8s.io/v1",
    "kind": "MutatingAdmissionPolicy",
    "metadata": {"name": "talkative", "annotations": {"note": TOLD}},
    "spec": {
        "reinvocationPolicy": "Never",
        "failurePolicy": "Ignore",
        "matchConstraints": {"objectSelector": {"matchLabels": {"nobody": "has-it"}}, "resourceRules": RULES},
        "matchConditions": [{"name": "c", "expression": f"object.metadata.name != '{canary.APP_PASSWORD}'"}],
        "variables": [
            {"name": "v", "expression": f'[{{"name": "DD_API_KEY", "value": """{canary.OTHER_API_KEY}"""}}]'},
            {"name": "w", "expression": f'// {canary.TOKEN}\n[r\'{canary.APP_PASSWORD}\\\', "x"].join("")'},
        ],
        "mutations": [
            {
                "patchType": "JSONPatch",
                "jsonPatch": {
                    "expression": '[JSONPatch{op: "add", path: "/metadata/labels/x", value: variables.w + '
                    f'["{canary.TOKEN}"].join("{canary.APP_PASSWORD}")}}]'
                },
            }
        ],
    },
}


@pytest.fixture(scope="module")
def talkative(running_cluster: Cluster) -> Cluster:
    """A cluster that has secret values everywhere but where they belong."""
    cluster = running_cluster
    cluster.reset()
    healthy_reference(cluster)
    cluster.apply([POLICY, config_map()])
    app = {"name": "app", "image": "registry.example/app:1", "args": ["--password", canary.APP_PASSWORD]}
    literals = {"PASSWORD": canary.APP_PASSWORD, "DD_API_KEY": canary.API_KEY}
    cluster.workload("loud", "shop", containers=[app], env=literals, annotations={"note": TOLD})
    hangs = {**app, "securityContext": {"privileged": True}}
    cluster.workload("hangs", "shop", containers=[hangs], wait=False)
    pod = cluster.wait_for_pod("hangs", "shop", lambda pod: pod["status"].get("conditions"))
    cluster.apply(event(pod["metadata"]))
    pod = cluster.pods("web", "shop")[0]
    statuses = pod["status"]["containerStatuses"]
    for status in statuses:
        ended = {"exitCode": 1, "reason": "Error", "message": f"{TOLD} {canary.TOKEN}", "containerID": "c://1"}
        status["lastState"] = {"terminated": ended}
    told = {"status": {"containerStatuses": statuses}}
    cluster.api.patch("Pod", pod["metadata"]["name"], "shop", told, subresource="status")
    return cluster


def config_map() -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "settings", "namespace": "shop"},
        "data": {"password": canary.APP_PASSWORD},
    }


def event(about: Manifest) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": "loud", "namespace": "shop"},
        "involvedObject": {"kind": "Pod", "namespace": "shop", "name": about["name"], "uid": about["uid"]},
        "reason": "FailedScheduling",
        "message": TOLD,
        "type": "Warning",
    }


def assert_silent(run: Run) -> None:
    assert canary.found_in(run.out.encode()) == []
    assert canary.found_in(run.err.encode()) == []


@pytest.mark.parametrize("form", FORMATS)
def test_reports_and_traces(form: str, talkative: Cluster, tmp_path: Path) -> None:
    trace = tmp_path / "trace.jsonl"
    words = ("doctor", "-o", form, "--show", "all", "-v", "8", "--trace-requests", str(trace))

    run = ddfargate(*words, kubeconfig=talkative.kubeconfig)

    assert run.code == 1, run.err
    assert_silent(run)
    assert canary.found_in(trace.read_bytes()) == []


def test_the_snapshot_holds_what_was_asked_for_and_no_secret(talkative: Cluster, tmp_path: Path) -> None:
    file = tmp_path / "snapshot.gz"

    assert_silent(ddfargate("snapshot", "-o", str(file), "-v", "8", kubeconfig=talkative.kubeconfig))

    saved = gzip.decompress(file.read_bytes())
    assert b"talkative" in saved
    assert b"FailedScheduling" in saved
    assert canary.found_in(saved) == []
    assert_silent(ddfargate("doctor", "-o", "json", "--from", str(file)))


def test_a_failure_with_its_traceback(talkative: Cluster) -> None:
    nowhere = ("--server", "https://127.0.0.1:1", "--token", canary.TOKEN)

    run = ddfargate("doctor", "-v", "8", *nowhere, kubeconfig=talkative.kubeconfig)

    assert run.code == 2
    assert 'File "' in run.err
    assert_silent(run)
