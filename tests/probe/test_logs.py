"""`doctor --logs` through the real API server: bounded, redacted, and the same from a file."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from kubectl_ddfargate.cluster.collect import logs
from kubectl_ddfargate.commands.assemble import Run
from kubectl_ddfargate.commands.doctor import DoctorOptions, diagnose_file, judge, read_cluster
from kubectl_ddfargate.model.connection import ConnectionFlags
from kubectl_ddfargate.model.report import Report
from kubectl_ddfargate.model.snapshot import Snapshot
from kubectl_ddfargate.snapshot_file import save
from tests.cluster import canary
from tests.cluster.agent import agent
from tests.cluster.cluster import Cluster
from tests.cluster.users import rule
from tests.doctor.running import ddfargate

CHECKS = tuple(f"DDF80{number}" for number in range(1, 7))
REFUSED = (
    'temporary failure in clusterAgentClient, will retry later: "https://172.20.0.53:5005/version" is unavailable: '
)
WELL = "Successfully connected to the Datadog Cluster Agent 7.81.1"
Read = Callable[..., tuple[Snapshot, Report]]


@pytest.fixture
def web(cluster: Cluster) -> Cluster:
    """One workload of five pods with an agent."""
    own = {"name": "web", "image": "registry.example/web:1"}
    cluster.workload("web", "shop", replicas=5, containers=[own, agent(credentials="literal")])
    return cluster


def read(cluster: Cluster, *, asked: bool = True, kubeconfig: Path | None = None) -> tuple[Snapshot, Report]:
    options = DoctorOptions(logs=asked, prove=False, checks=CHECKS)
    flags = ConnectionFlags(kubeconfig=str(kubeconfig or cluster.kubeconfig))
    snapshot, requests = read_cluster(flags, options, trace=None, progress=None, warn=print)
    return snapshot, judge(snapshot, options, Run(started_at=snapshot.taken_at, started=0.0, requests=requests))


def statuses(report: Report) -> dict[str, str]:
    return {check.id: check.status.value for check in report.checks}


def test_nothing_is_read_unless_it_is_asked_for(web: Cluster) -> None:
    snapshot, report = read(web, asked=False)

    assert snapshot.agent_words is None
    assert set(statuses(report).values()) == {"skip"}
    assert "--logs" in report.checks[0].reason
    assert not [entry for entry in web.audit("admin") if "/log" in entry["requestURI"]]


def test_a_few_pods_of_a_workload_are_read_and_the_rest_is_said(web: Cluster) -> None:
    web.set_log("shop", "web-", "datadog-agent", f"{REFUSED}403 Forbidden\n")

    snapshot, report = read(web)

    assert snapshot.agent_words is not None
    outcomes = sorted(log.outcome for log in snapshot.agent_words.logs or ())
    assert outcomes == ["limited"] * 2 + ["read"] * 3
    (finding,) = report.findings
    assert finding.id == "DDF804"
    assert [subject.pods for subject in finding.subjects] == [3]
    assert "3 of 5 pods read" in finding.evidence[0].path


def test_each_request_is_bounded(web: Cluster) -> None:
    read(web)

    asked = {entry["requestURI"] for entry in web.audit("admin") if "/log?" in entry["requestURI"]}
    assert len(asked) == logs.PODS_A_GROUP
    for bound in (f"tailLines={logs.MOST_LINES}", f"limitBytes={logs.MOST_BYTES}", "sinceSeconds=900"):
        assert all(bound in uri for uri in asked)


def test_the_newest_lines_count_where_the_kubelet_cuts_them(web: Cluster) -> None:
    long = "x" * 2000 + "\n"
    web.set_log("shop", "web-", "datadog-agent", f"{REFUSED}403 Forbidden\n" + long * 400 + f"{WELL}\n")

    _, report = read(web)

    assert report.findings == ()
    assert statuses(report)["DDF804"] == "pass"


def test_a_key_that_is_cut_in_half_is_not_kept(web: Cluster) -> None:
    line = f"API Key invalid, dropping transaction for https://x/intake/?v=1 {canary.API_KEY}"
    rest = "y" * (logs.MOST_BYTES - len(line) - 32 + 16 - 33)
    web.set_log("shop", "web-", "datadog-agent", f"{rest}\n{line}{canary.API_KEY}\n")

    snapshot, _ = read(web)

    assert canary.API_KEY[:12] not in str(snapshot.agent_words)


def test_no_key_leaves_the_log(web: Cluster, tmp_path: Path) -> None:
    lines = [
        f"API Key invalid, dropping transaction for https://x/intake/?api_key={canary.API_KEY}",
        f"{REFUSED}403 Forbidden (Authorization: Bearer {canary.TOKEN}) password={canary.APP_PASSWORD}",
        f"unexpected status code 403 on https://user:{canary.SHORT_TOKEN}@172.20.0.1/pods: {canary.OTHER_API_KEY}",
        f"DD_API_KEY={canary.API_KEY} is only said by the way",
    ]
    web.set_log("shop", "web-", "datadog-agent", "\n".join(lines))
    file = tmp_path / "snapshot.gz"

    snapshot, report = read(web)
    save(snapshot, file)

    assert {finding.id for finding in report.findings} == {"DDF804", "DDF805", "DDF806"} - left_to_others(report)
    for output in (gzip.decompress(file.read_bytes()), str(report).encode(), str(snapshot).encode()):
        assert canary.found_in(output) == []
    again = diagnose_file(file, DoctorOptions(checks=CHECKS))
    assert (again.findings, again.checks) == (report.findings, report.checks)


def left_to_others(report: Report) -> set[str]:
    """What follows from a cause that the API shows."""
    return {check.id for check in report.checks if "finding of its own" in check.reason}


def test_who_may_not_read_logs_is_told_so(web: Cluster) -> None:
    viewer = web.user("viewer", rules=[rule("get list", "pods services namespaces"), rule("get list", "*", "apps")])

    snapshot, report = read(web, kubeconfig=viewer)

    assert set(statuses(report).values()) == {"unknown"}
    assert [(u.verb, u.namespace, u.reason) for u in snapshot.unread if u.resource == "pods/log"] == [
        ("get", "shop", "forbidden")
    ]


def test_a_container_that_has_not_run_yet_says_nothing(cluster: Cluster) -> None:
    own = {"name": "web", "image": "registry.example/web:1"}
    cluster.workload("web", "shop", containers=[own, agent()], wait=False)
    cluster.wait_for_pod("web", "shop", lambda pod: pod["status"].get("containerStatuses"))

    _, report = read(cluster)

    assert statuses(report)["DDF801"] in ("skip", "pass")
    assert report.findings == ()


EMPTY = 'empty cluster_agent.auth_token and cannot find "/etc/datadog-agent/cluster_agent.auth_token"'
SHORT = "cluster agent authentication token length must be greater than 32, curently: 18"
LATER = "temporary failure in clusterAgentClient, will retry later: "
NO_TOKEN: dict[str, str | None] = {"DD_CLUSTER_AGENT_AUTH_TOKEN": None}


@pytest.mark.parametrize(
    ("env", "line", "message"),
    [
        ({}, f"{REFUSED}403 Forbidden", "refuses the agent's token"),
        ({}, f"{REFUSED}401 Unauthorized", "has no token to show"),
        ({}, LATER + SHORT, "is too short"),
        (NO_TOKEN | {"DD_CLUSTER_AGENT_ENABLED": None}, LATER + EMPTY, "has no token to show"),
        # DDF408 and DDF406 name the cause
        (NO_TOKEN, LATER + EMPTY, None),
        (NO_TOKEN, f"{REFUSED}401 Unauthorized", None),
        (NO_TOKEN | {"DD_CLUSTER_AGENT_TOKEN": canary.TOKEN}, LATER + EMPTY, None),
    ],
)
def test_a_token_that_is_not_there_is_not_called_refused(
    env: dict[str, str | None], line: str, message: str | None, cluster: Cluster
) -> None:
    own = {"name": "web", "image": "registry.example/web:1"}
    cluster.workload("web", "shop", containers=[own, agent(credentials="literal", env=env)])
    cluster.set_log("shop", "web-", "datadog-agent", line)

    _, report = read(cluster)

    assert [message in finding.message for finding in report.findings if message] == [True] * bool(message)
    assert statuses(report)["DDF804"] == ("fail" if message else "skip"), report.findings
    if env and message:
        assert "DD_CLUSTER_AGENT_AUTH_TOKEN" in str(report.findings[0].fix)


def test_doctor_and_snapshot_take_the_flag(web: Cluster, tmp_path: Path) -> None:
    web.set_log("shop", "web-", "datadog-agent", f"{REFUSED}403 Forbidden api_key={canary.API_KEY}\n")
    file = tmp_path / "snapshot.gz"

    live = ddfargate("doctor", "--logs", "-o", "json", kubeconfig=web.kubeconfig)
    saved = ddfargate("snapshot", "--logs", "-o", str(file), kubeconfig=web.kubeconfig)
    later = ddfargate("doctor", "--from", str(file), "-o", "json")

    assert saved.code == 0, saved.err
    assert [run.status("DDF804") for run in (live, later)] == ["fail", "fail"]
    assert live.findings("error") == later.findings("error")
    for output in (live.out, live.err, later.out, gzip.decompress(file.read_bytes()).decode()):
        assert canary.found_in(output.encode()) == []
