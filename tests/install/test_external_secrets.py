"""`--secrets external`: the policy comes only once the Secrets are there. The test is the store's controller."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.cluster import canary
from tests.cluster.cluster import Cluster
from tests.cluster.reference import load
from tests.doctor.running import ddfargate
from tests.install.reference import bare, install
from tests.install.restricted import installer
from tests.install.state import state, writes

POLICY = ("MutatingAdmissionPolicy", "ddfargate-agent-sidecar")
SECRET = "datadog-secret"
BOTH = {"api-key": canary.API_KEY, "token": canary.TOKEN}
EXTERNAL = ("--injector", "admission-policy", "--target", "shop/deployment/web", "--secrets", "external")
STORE = (*EXTERNAL, "--secret-store", "vault")


@pytest.fixture
def stored(cluster: Cluster) -> Cluster:
    """A cluster without Secrets for agents that knows ExternalSecrets, and has nobody who serves them."""
    bare(cluster)
    cluster.apply(load("external-secrets-crd"))
    cluster.wait_for(
        lambda: cluster.kubectl("get", "externalsecrets", "-A", check=False).returncode == 0,
        what="ExternalSecrets are served",
    )
    return cluster


def test_install_waits_until_the_store_has_made_both_keys(stored: Cluster) -> None:
    user = installer(stored, "installer")
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(install, stored, *STORE, "--timeout", "120s", kubeconfig=user)
        stored.wait_for(
            lambda: stored.get("ExternalSecret", SECRET, "shop"), what="the ExternalSecret", deadline=60
        )
        stored.secret(SECRET, "shop", {"api-key": canary.API_KEY})
        before = _looks(stored)
        stored.wait_for(lambda: _looks(stored) > before + 1, what="install looks for the Secret again", deadline=60)
        assert not running.done()
        assert stored.get(*POLICY) is None
        stored.secret(SECRET, "shop", BOTH)
        run = running.result()
    assert run.code == 0, run.out + run.err
    assert stored.get(*POLICY) is not None
    assert "gets one agent, with the right URL" in run.out
    assert not canary.found_in((run.out + run.err).encode())


def _looks(cluster: Cluster) -> int:
    """How often the installer has read the target's Secret."""
    asked = [one["objectRef"] for one in cluster.audit("installer") if one["verb"] == "get" and "objectRef" in one]
    return sum((one.get("namespace"), one.get("name")) == ("shop", SECRET) for one in asked)


def test_a_store_that_makes_nothing(stored: Cluster, tmp_path: Path) -> None:
    run = install(stored, *STORE, "--timeout", "1s")
    assert run.code == 1, run.out + run.err
    told = " ".join(run.err.split())
    assert "secret shop/datadog-secret is not there (keys api-key and token)" in told
    assert "the policy is not applied" in told
    assert "run the same command again: it continues" in told
    assert stored.get(*POLICY) is None
    assert stored.get("ExternalSecret", SECRET, "shop") is not None

    stored.secret(SECRET, "shop", {"api-key": canary.API_KEY, "token": ""})
    run = install(stored, *STORE, "--no-wait")
    assert run.code == 1, run.out + run.err
    assert "secret shop/datadog-secret has no token" in " ".join(run.err.split())
    assert stored.get(*POLICY) is None

    stored.secret(SECRET, "shop", BOTH)
    run = install(stored, *STORE, "--timeout", "1s")
    assert run.code == 0, run.out + run.err
    assert stored.get(*POLICY) is not None
    trace = tmp_path / "trace"
    assert install(stored, *STORE, "--trace-requests", str(trace)).code == 0
    assert writes(trace) == []


@pytest.mark.parametrize("command", [("diff",), ("install", "--dry-run=server", "--yes")])
def test_what_writes_nothing_waits_for_nothing(stored: Cluster, command: tuple[str, ...]) -> None:
    before = state(stored)
    run = ddfargate(*command, *STORE, kubeconfig=stored.kubeconfig)
    assert run.code == (1 if command == ("diff",) else 0), run.out + run.err
    assert "ExternalSecret" in run.out or "externalsecret" in run.out
    assert state(stored) == before


def test_who_may_not_look_for_the_secrets_is_told_before(stored: Cluster, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    user = installer(stored, "installer", without="get secrets")
    run = install(stored, *STORE, "--trace-requests", str(trace), kubeconfig=user)
    assert run.code == 1, run.out + run.err
    assert "get secrets -n shop" in " ".join(run.out.split())
    assert writes(trace) == []


def test_without_a_store_the_secrets_must_be_there_already(cluster: Cluster, tmp_path: Path) -> None:
    bare(cluster)
    trace = tmp_path / "trace"
    run = install(cluster, *EXTERNAL, "--trace-requests", str(trace))
    assert run.code == 1, run.out + run.err
    assert "secret shop/datadog-secret must be there and is not" in " ".join(run.out.split())
    assert writes(trace) == []

    cluster.secret(SECRET, "shop", BOTH)
    run = install(cluster, *EXTERNAL)
    assert run.code == 0, run.out + run.err
    assert cluster.get(*POLICY) is not None


def test_a_cluster_that_does_not_know_external_secrets(cluster: Cluster, tmp_path: Path) -> None:
    bare(cluster)
    trace = tmp_path / "trace"
    run = install(cluster, *STORE, "--trace-requests", str(trace))
    assert run.code == 1, run.out + run.err
    assert "the server does not know ExternalSecret (external-secrets.io/v1)" in " ".join(run.out.split())
    assert writes(trace) == []
