"""What every policy of ours must do with pods, whoever carries it out."""

from __future__ import annotations

import json

from msgspec.structs import replace

from kubectl_ddfargate.manifests import desired_objects
from kubectl_ddfargate.manifests.container import parts_of, with_sidecar
from kubectl_ddfargate.model.design import OPT_OUT_LABEL, PolicyScope, TargetWorkload
from kubectl_ddfargate.model.objects import MANAGER
from tests.cluster.agent import agent
from tests.cluster.cluster import Cluster
from tests.manifests.designs import AGENT, design, with_agent
from tests.manifests.trials import (
    agent_in,
    as_asked,
    env_of,
    install_policy,
    living,
    names_in,
    pod_of,
    prepared,
    tried,
)

WEB = TargetWorkload("shop", "Deployment", "web", (("app", "web"),))
SUM = TargetWorkload("shop", "Job", "sum", (("app", "sum"),), ends=True)


class Behaviour:
    """Its subclasses say by which kind of policy."""

    kind: str

    def test_the_pods_of_a_deployment_get_the_whole_agent_behind_the_app(self, cluster: Cluster) -> None:
        install_policy(cluster, design(self.kind, WEB))

        cluster.workload("web", "shop", replicas=2, containers=[{"name": "web", "image": "x"}])

        pods = living(cluster.pods("web", "shop"))
        assert len(pods) == 2
        wanted = parts_of(AGENT).container
        for pod in pods:
            assert names_in(pod) == ["web", "datadog-agent"]
            assert as_asked(wanted, agent_in(pod)) == wanted
            assert [entry["name"] for entry in agent_in(pod)["env"]] == [entry["name"] for entry in wanted["env"]]
            assert pod["spec"]["shareProcessNamespace"] is True

    def test_what_is_no_target_is_left_alone(self, cluster: Cluster) -> None:
        cluster.namespace("other")
        install_policy(cluster, design(self.kind, WEB, SUM))

        assert names_in(tried(cluster, pod_of("a", "other", {"app": "web"}))) == ["app"]
        assert names_in(tried(cluster, pod_of("a", "shop", {"app": "api"}))) == ["app"]
        assert names_in(tried(cluster, pod_of("a", "shop", {}))) == ["app"]
        without_labels = pod_of("a", "shop", {})
        del without_labels["metadata"]["labels"]
        assert names_in(tried(cluster, without_labels)) == ["app"]

    def test_each_of_several_workloads_is_told_by_its_own_namespace(self, cluster: Cluster) -> None:
        other = TargetWorkload("desk", "Deployment", "api", (("app", "api"), ("tier", "back")))
        install_policy(cluster, design(self.kind, WEB, other))

        assert names_in(tried(cluster, pod_of("a", "shop", {"app": "web"}))) == ["app", "datadog-agent"]
        assert names_in(tried(cluster, pod_of("a", "desk", {"app": "api", "tier": "back"}))) == [
            "app",
            "datadog-agent",
        ]
        assert names_in(tried(cluster, pod_of("a", "desk", {"app": "api"}))) == ["app"]
        assert names_in(tried(cluster, pod_of("a", "desk", {"app": "web"}))) == ["app"]
        assert names_in(tried(cluster, pod_of("a", "shop", {"app": "api", "tier": "back"}))) == ["app"]

    def test_a_pod_opts_out_by_its_label(self, cluster: Cluster) -> None:
        install_policy(cluster, design(self.kind, WEB))

        assert names_in(tried(cluster, pod_of("a", "shop", {"app": "web", OPT_OUT_LABEL: "false"}))) == ["app"]
        assert names_in(tried(cluster, pod_of("a", "shop", {"app": "web", OPT_OUT_LABEL: "true"}))) != ["app"]

    def test_a_pod_with_an_agent_never_gets_another(self, cluster: Cluster) -> None:
        install_policy(cluster, design(self.kind, WEB))
        app = {"name": "app", "image": "x"}
        labels = {"app": "web"}
        marked = {"name": "dd", "image": "x", "env": [{"name": "DD_EKS_FARGATE", "value": "true"}]}
        agents = [
            agent(),
            agent(name="datadog-agent-injected"),
            {"name": "dd", "image": "gcr.io/datadoghq/agent:7"},
            {"name": "dd", "image": "public.ecr.aws/datadog/agent@sha256:" + "0" * 64},
            marked,
        ]

        for one in agents:
            pod = pod_of("a", "shop", labels, containers=[app, one])
            assert names_in(tried(cluster, pod)) == ["app", one["name"]], one
            native = pod_of("a", "shop", labels, initContainers=[{**one, "restartPolicy": "Always"}])
            assert names_in(tried(cluster, native)) == ["app"], one

    def test_what_only_looks_like_an_agent_keeps_nothing_away(self, cluster: Cluster) -> None:
        install_policy(cluster, design(self.kind, WEB))
        labels = {"app": "web"}
        others = [
            {"name": "a", "image": "docker.io/grafana/agent:v1"},
            {"name": "a", "image": "datadog/cluster-agent:7.81.1"},
            {"name": "a", "image": "x", "env": [{"name": "DD_SITE", "value": "y"}]},
        ]

        for one in others:
            pod = pod_of("a", "shop", labels, containers=[one])
            assert names_in(tried(cluster, pod)) == ["a", "datadog-agent"], one
        copies = pod_of("a", "shop", labels, initContainers=[{"name": "copy", "image": "datadog/agent:7"}])
        assert names_in(tried(cluster, copies)) == ["app", "datadog-agent"]

    def test_the_pod_of_a_job_ends_with_the_job(self, cluster: Cluster) -> None:
        install_policy(cluster, design(self.kind, WEB, SUM))

        cluster.workload("sum", "shop", kind="Job", wait=False)
        cluster.workload("web", "shop")

        pod = cluster.wait_for(lambda: living(cluster.pods("sum", "shop", kind="Job")), what="the Job's pod")[0]
        names = [entry["name"] for entry in agent_in(pod)["env"]]
        assert names == [
            *(entry["name"] for entry in parts_of(AGENT).container["env"]),
            "DD_AUTO_EXIT_NOPROCESS_ENABLED",
        ]
        for other in living(cluster.pods("web", "shop")):
            assert "DD_AUTO_EXIT_NOPROCESS_ENABLED" not in env_of(agent_in(other))

    def test_a_job_beside_the_targets_gets_no_agent_and_completes(self, cluster: Cluster) -> None:
        common = ("tier", "back")
        target = replace(WEB, labels=(common,))
        given = replace(design(self.kind, target), scope=PolicyScope(("shop",), common_label=common))
        install_policy(cluster, given)

        cluster.workload("sum", "shop", kind="Job", labels={"app": "sum", **dict((common,))})
        cluster.workload("web", "shop", labels={"app": "web", **dict((common,))})

        assert [names_in(pod) for pod in cluster.pods("sum", "shop", kind="Job")] == [["sum"]]
        assert [names_in(pod)[1:] for pod in living(cluster.pods("web", "shop"))] == [["datadog-agent"]]

    def test_a_read_only_root_gets_its_volumes_whether_the_pod_has_some_or_not(self, cluster: Cluster) -> None:
        given = with_agent(design(self.kind, WEB), read_only_root=True)
        install_policy(cluster, given)
        parts = parts_of(given.agent)
        mine = [volume["name"] for volume in parts.volumes]

        bare = tried(cluster, pod_of("a", "shop", {"app": "web"}, automountServiceAccountToken=False))
        full = pod_of(
            "a",
            "shop",
            {"app": "web"},
            volumes=[{"name": "data", "emptyDir": {}}],
            initContainers=[{"name": "first", "image": "x"}],
        )
        full = tried(cluster, full)

        assert names_in(bare, "volumes") == mine
        assert names_in(bare, "initContainers") == [parts.init_containers[0]["name"]]
        assert [one for one in names_in(full, "volumes") if not one.startswith("kube-api-access")] == [
            "data",
            *mine,
        ]
        assert names_in(full, "initContainers") == ["first", parts.init_containers[0]["name"]]
        for pod in (bare, full):
            assert names_in(pod) == ["app", "datadog-agent"]
            assert agent_in(pod)["securityContext"] == {"readOnlyRootFilesystem": True}
            assert [mount["name"] for mount in agent_in(pod)["volumeMounts"] if mount["name"] in mine] == mine

    def test_labels_of_a_pod_can_be_changed_afterwards(self, cluster: Cluster) -> None:
        given = design(self.kind, WEB)
        prepared(cluster, given)
        cluster.apply(pod_of("older", "shop", {"app": "web"}))
        install_policy(cluster, given)

        changed = cluster.patch("Pod", "older", "shop", {"metadata": {"labels": {"more": "yes"}}})

        assert changed["metadata"]["labels"]["more"] == "yes"
        assert names_in(changed) == ["app"]

    def test_what_is_left_out_gets_no_agent(self, cluster: Cluster) -> None:
        given = design(self.kind, WEB, SUM)
        install_policy(cluster, given)
        scope = replace(given.scope, excluded=(("shop", SUM.labels),))
        cluster.apply([one.manifest for one in desired_objects(replace(given, scope=scope))][-2:], manager=MANAGER)

        cluster.wait_for(
            lambda: names_in(tried(cluster, pod_of("a", "shop", dict(SUM.labels)))) == ["app"],
            what="the Job is left out",
        )
        assert names_in(tried(cluster, pod_of("a", "shop", dict(WEB.labels)))) == ["app", "datadog-agent"]

    def test_any_text_of_a_variable_arrives_as_it_was_given(self, cluster: Cluster) -> None:
        texts = {
            "A": 'say "hi"\\n',
            "B": "two\nlines\t'x'",
            "C": "$(DD_SITE) {{ x }} {{{y}}} ünï",
            "D": "\x7f\x01\u2028 {{ $(A) }}",
            "E": "$(",
            "F": "true",
            "G": "- a: b # c",
        }
        install_policy(cluster, with_agent(design(self.kind, WEB), env=texts))

        found = env_of(agent_in(tried(cluster, pod_of("a", "shop", {"app": "web"}))))

        assert {name: found[name] for name in texts} == texts

    def test_the_server_takes_the_pod_that_is_tried_before_there_is_a_policy(self, cluster: Cluster) -> None:
        given = with_agent(design(self.kind, WEB), read_only_root=True)
        prepared(cluster, given)

        made = tried(cluster, with_sidecar(pod_of("a", "shop", {"app": "web"}), given.agent, ends=True))

        assert names_in(made) == ["app", "datadog-agent"]
        assert env_of(agent_in(made))["DD_AUTO_EXIT_NOPROCESS_ENABLED"] == "true"

    def test_a_pod_without_containers_is_refused_for_that_alone(self, cluster: Cluster) -> None:
        install_policy(cluster, design(self.kind, WEB, SUM))
        pod = pod_of("a", "shop", {"app": "web"}, containers=[])

        done = cluster.kubectl("create", "--dry-run=server", "-f", "-", stdin=json.dumps(pod))

        assert "spec.containers: Required value" in done.stderr
        assert "policy" not in done.stderr

    def test_what_is_applied_again_changes_nothing(self, cluster: Cluster) -> None:
        given = design(self.kind, WEB, SUM)
        install_policy(cluster, given)
        desired = [one for one in desired_objects(given) if not one.secret]
        before = [cluster.existing(one.ref.kind, one.ref.name, one.ref.namespace or None) for one in desired]

        after = cluster.apply([one.manifest for one in desired], manager=MANAGER)

        assert [one["metadata"]["resourceVersion"] for one in after] == [
            one["metadata"]["resourceVersion"] for one in before
        ]
