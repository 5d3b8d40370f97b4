"""What a pod on the simulated Fargate looks like, from its creation to its end."""

from __future__ import annotations

from typing import Any

from tests.cluster import canary
from tests.cluster.agent import SECRET, agent
from tests.cluster.api import Manifest
from tests.cluster.cluster import Cluster
from tests.cluster.fargate.nodes import EC2_NODE


def _waiting(pod: Manifest, container: str) -> dict[str, Any]:
    """The waiting state of a container, empty when it does not wait."""
    statuses = pod["status"].get("containerStatuses", ())
    return next((one["state"].get("waiting", {}) for one in statuses if one["name"] == container), {})


def test_a_deployment_rolls_on_fargate(cluster: Cluster) -> None:
    cluster.workload("web", "shop", replicas=2)
    first = {pod["metadata"]["uid"] for pod in cluster.pods("web", "shop")}
    cluster.rollout_restart("web", "shop")
    second = {pod["metadata"]["uid"] for pod in cluster.pods("web", "shop")}
    assert len(second) == 2
    assert not first & second


def test_a_fargate_pod_has_the_marks_of_one(cluster: Cluster) -> None:
    cluster.workload("web", "shop", pod_spec={"priorityClassName": "system-cluster-critical"})
    (pod,) = cluster.pods("web", "shop")
    spec, status, metadata = pod["spec"], pod["status"], pod["metadata"]
    assert metadata["labels"]["eks.amazonaws.com/fargate-profile"] == "fp-shop-web"
    assert spec["schedulerName"] == "fargate-scheduler"
    assert (spec["priorityClassName"], spec["priority"]) == ("system-node-critical", 2000001000)
    assert metadata["annotations"]["CapacityProvisioned"] == "0.25vCPU 0.5GB"
    assert metadata["annotations"]["Logging"] == "LoggingDisabled: LOGGING_CONFIGMAP_NOT_FOUND"
    assert status["podIP"] == status["hostIP"]
    node = cluster.get("Node", spec["nodeName"])
    assert node is not None
    assert node["metadata"]["labels"]["eks.amazonaws.com/compute-type"] == "fargate"
    assert f"fargate-{node['metadata']['labels']['kubernetes.io/hostname']}" == node["metadata"]["name"]
    assert node["spec"]["taints"][0]["key"] == "eks.amazonaws.com/compute-type"


def test_the_node_goes_with_its_pod(cluster: Cluster) -> None:
    cluster.workload("web", "shop")
    (pod,) = cluster.pods("web", "shop")
    cluster.delete("Deployment", "web", "shop")
    cluster.wait_for(lambda: cluster.get("Node", pod["spec"]["nodeName"]) is None, what="the node is gone")


def test_a_pod_outside_every_profile_runs_on_ec2(cluster: Cluster) -> None:
    cluster.workload("web", "shop", on_fargate=False)
    (pod,) = cluster.pods("web", "shop")
    assert pod["spec"]["nodeName"] == EC2_NODE
    assert pod["status"]["podIP"] != pod["status"]["hostIP"]


def test_a_refused_pod_stays_pending_and_says_why(cluster: Cluster) -> None:
    cluster.workload("web", "shop", pod_spec={"hostNetwork": True}, wait=False)
    pod = cluster.wait_for_pod("web", "shop", lambda pod: pod["status"].get("conditions"))
    message = pod["status"]["conditions"][0]["message"]
    assert message == "Pod not supported on Fargate: fields not supported: HostNetwork"
    assert "nodeName" not in pod["spec"]
    event = cluster.wait_for(
        lambda: cluster.items("Event", "shop", fieldSelector="reason=FailedScheduling"), what="the event"
    )[0]
    assert (event["source"]["component"], event["message"]) == ("fargate-scheduler", message)


def test_a_pod_with_the_scheduler_but_no_profile_hangs(cluster: Cluster) -> None:
    cluster.workload("web", "shop", on_fargate=False, pod_spec={"schedulerName": "fargate-scheduler"}, wait=False)
    pod = cluster.wait_for_pod("web", "shop", lambda pod: pod["status"].get("conditions"))
    assert pod["status"]["conditions"][0]["reason"] == "Unschedulable"


def test_a_missing_secret_and_then_a_missing_key_keep_the_agent_from_starting(cluster: Cluster) -> None:
    app = {"name": "web", "image": "registry.example/web:1"}
    cluster.workload("web", "shop", containers=[app, agent()], wait=False)
    pod = cluster.wait_for_pod("web", "shop", lambda pod: _waiting(pod, "datadog-agent"))
    assert _waiting(pod, "datadog-agent") == {
        "reason": "CreateContainerConfigError",
        "message": f'secret "{SECRET}" not found',
    }
    ready = {one["type"]: one["status"] for one in pod["status"]["conditions"]}
    assert ready["Ready"] == "False"
    assert _waiting(pod, "web") == {}
    events = cluster.wait_for(
        lambda: cluster.items("Event", "shop", fieldSelector="reason=Failed"), what="the event"
    )
    assert [event["message"] for event in events] == [f'Error: secret "{SECRET}" not found']

    cluster.secret(SECRET, "shop", {"api-key": canary.API_KEY})
    cluster.wait_for_pod(
        "web",
        "shop",
        lambda pod: (
            _waiting(pod, "datadog-agent").get("message") == f"couldn't find key token in Secret shop/{SECRET}"
        ),
    )
    cluster.secret(SECRET, "shop", {"api-key": canary.API_KEY, "token": canary.TOKEN})
    cluster.wait_rolled_out("web", "shop")


def test_containers_fail_as_their_images_say(cluster: Cluster) -> None:
    images = {"pull": "registry.example/does-not-exist:1", "crash": "x:crash", "oom": "x:oom"}
    containers = [{"name": name, "image": image} for name, image in images.items()]
    cluster.workload("web", "shop", containers=containers, wait=False)
    pod = cluster.wait_for_pod("web", "shop", lambda pod: pod["status"].get("containerStatuses"))
    assert _waiting(pod, "pull")["reason"] == "ImagePullBackOff"
    statuses = {one["name"]: one for one in pod["status"]["containerStatuses"]}
    for name, reason, code in (("crash", "Error", 1), ("oom", "OOMKilled", 137)):
        assert _waiting(pod, name)["reason"] == "CrashLoopBackOff"
        last = statuses[name]["lastState"]["terminated"]
        assert (last["reason"], last["exitCode"]) == (reason, code)


def test_a_running_container_can_be_made_to_fail(cluster: Cluster) -> None:
    cluster.workload("web", "shop")
    (pod,) = cluster.pods("web", "shop")
    fate = {"metadata": {"annotations": {"testcluster/fate.web": "oom"}}}
    cluster.patch("Pod", pod["metadata"]["name"], "shop", fate)
    cluster.wait_for_pod("web", "shop", lambda pod: _waiting(pod, "web").get("reason") == "CrashLoopBackOff")


def test_a_service_gets_the_ready_endpoints(cluster: Cluster) -> None:
    cluster.workload("web", "shop")
    ports = [{"port": 80, "targetPort": 8080}]
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "shop"}}
    cluster.apply({**service, "spec": {"selector": {"app": "web"}, "ports": ports}})
    (pod,) = cluster.pods("web", "shop")

    def ready() -> bool:
        slices = cluster.items("EndpointSlice", "shop")
        endpoints = [endpoint for one in slices for endpoint in one["endpoints"] or ()]
        return [(one["addresses"], one["conditions"]["ready"]) for one in endpoints] == [
            ([pod["status"]["podIP"]], True)
        ]

    cluster.wait_for(ready, what="a ready endpoint")


def test_a_job_ends_unless_its_agent_was_not_told_to(cluster: Cluster) -> None:
    cluster.workload("done", "shop", kind="Job")
    app = {"name": "app", "image": "x"}
    told = agent(credentials="literal", env={"DD_AUTO_EXIT_NOPROCESS_ENABLED": "true"})
    cluster.workload("told", "shop", kind="Job", containers=[app, told])
    cluster.workload("untold", "shop", kind="Job", containers=[app, agent(credentials="literal")], wait=False)
    pods = cluster.wait_for(lambda: cluster.items("Pod", "shop", labelSelector="app=untold"), what="the Job's pod")
    assert pods[0]["status"]["phase"] != "Succeeded"


def test_daemonsets_stay_off_fargate_nodes(cluster: Cluster) -> None:
    cluster.workload("web", "shop")
    cluster.workload("aws-node", "kube-system", kind="DaemonSet", on_fargate=False)
    (pod,) = cluster.pods("aws-node", "kube-system", kind="DaemonSet")
    assert pod["spec"]["nodeName"] == EC2_NODE


def test_kubectl_logs_shows_what_the_test_wrote(cluster: Cluster) -> None:
    cluster.workload("web", "shop")
    (pod,) = cluster.pods("web", "shop")
    cluster.set_log("shop", "web-", "web", "one line\n")
    answer = cluster.kubectl("logs", "-n", "shop", pod["metadata"]["name"])
    assert (answer.stdout, answer.stderr) == ("one line\n", "")


def test_kubectl_exec_shows_what_the_test_wrote(cluster: Cluster) -> None:
    cluster.workload("web", "shop")
    (pod,) = cluster.pods("web", "shop")
    cluster.set_exec("shop", "web-", "web", "agent status", stdout="x" * 70_000, stderr="oh\n", exit_code=3)
    cluster.set_exec("shop", "web-", "web", "agent version", stdout="Agent 7.81.1\n")
    start = ("exec", "-n", "shop", pod["metadata"]["name"], "--")
    good = cluster.kubectl(*start, "agent", "version")
    assert (good.stdout, good.returncode) == ("Agent 7.81.1\n", 0), good.stderr
    bad = cluster.kubectl(*start, "agent", "status")
    assert (len(bad.stdout), bad.returncode) == (70_000, 3)
    assert bad.stderr.startswith("oh\n")
    assert cluster.kubectl(*start, "sh").returncode == 127
