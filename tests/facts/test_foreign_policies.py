"""Who else injects agents: said of a policy where its text does it to these very pods, and never for a name."""

from __future__ import annotations

import pytest

from kubectl_ddfargate.facts.foreign_policies import ForeignPolicy, foreign_injectors, own_policies
from kubectl_ddfargate.facts.injection import injected_by
from kubectl_ddfargate.model.kube.containers import Container
from tests.facts.kyverno_clusters import COREDNS, STOCK, WEB, index_of, proof

STORY = """
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: add-datadog-sidecar}
spec:
  rules:
  - name: fargate-pods
    match:
      any:
      - resources: {kinds: [Pod], selector: {matchLabels: {eks.amazonaws.com/component: coredns}}}
    mutate:
      patchStrategicMerge:
        metadata: {annotations: {datadog-inject: "true"}}
        spec:
          shareProcessNamespace: true
          containers:
          - {name: datadog-agent, image: datadog/agent, env: [{name: DD_EKS_FARGATE, value: "true"}]}
"""


def changed(before: str, after: str, text: str = STORY) -> str:
    assert before in text
    return text.replace(before, after)


def found(text: str, *, config: dict[str, str] | None = None) -> list[ForeignPolicy]:
    return list(foreign_injectors(index_of(text, config=config or {}), [COREDNS, WEB]))


def test_the_policy_of_the_story() -> None:
    (one,) = found(STORY)
    assert (one.ref.api_version, one.ref.kind, one.ref.name) == (
        "kyverno.io/v1",
        "ClusterPolicy",
        "add-datadog-sidecar",
    )
    assert one.workloads == (COREDNS,)
    assert one.replaceable
    assert one.containers == ("datadog-agent",)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # the name alone: the agent is another program, or there is no container
        ('{name: datadog-agent, image: datadog/agent, env: [{name: DD_EKS_FARGATE, value: "true"}]}', "{name: x}"),
        ("containers:", "tolerations:"),
        # a condition on a container that is there already
        ("{name: datadog-agent,", "{(name): datadog-agent,"),
        ("kinds: [Pod]", "kinds: [Deployment]"),
        ("kinds: [Pod]", "kinds: [Pod/ephemeralcontainers]"),
        ("kinds: [Pod]", "kinds: [Pod], operations: [UPDATE]"),
        ("kinds: [Pod]", "kinds: [Pod], namespaces: [shop]"),
        ("component: coredns", "component: kube-proxy"),
        ("    mutate:", "    exclude: {any: [{resources: {namespaces: [kube-system]}}]}\n    mutate:"),
        ("mutate:\n", "mutate:\n      targets: [{apiVersion: v1, kind: Pod}]\n"),
        ("  rules:", "  admission: false\n  rules:"),
    ],
)
def test_what_does_not_inject_into_these_pods(before: str, after: str) -> None:
    assert found(changed(before, after)) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{name: datadog-agent,", "{+(name): datadog-agent,"),
        ("image: datadog/agent,", "+(image): datadog/agent,"),
        ("containers:", "+(containers):"),
        ('value: "true"', "value: 1"),
        ("kinds: [Pod]", "kinds: ['*']"),
        ("kinds: [Pod]", "kinds: [v1/Pod], namespaces: ['kube-*'], names: ['coredns-*']"),
        ("component: coredns", "component: 'core*'"),
        # excluded by who asks: not for certain
        (
            "    mutate:",
            "    exclude: {any: [{resources: {namespaces: [kube-system]}, clusterRoles: [x]}]}\n    mutate:",
        ),
    ],
)
def test_what_does(before: str, after: str) -> None:
    assert [one.containers for one in found(changed(before, after))] == [("datadog-agent",)]


def test_where_kyverno_looks_away_its_policies_do_nothing() -> None:
    assert found(STORY, config=STOCK) == []
    index = index_of(STORY, config=STOCK)
    assert [one.ref.name for one in foreign_injectors(index, [COREDNS], include_hidden=True)]


CEL = """
apiVersion: {version}
kind: {kind}
metadata: {{name: cel, labels: {labels}, namespace: {namespace}}}
spec:
  matchConstraints:
    namespaceSelector: {{matchLabels: {{kubernetes.io/metadata.name: kube-system}}}}
    objectSelector: {{matchLabels: {selector}}}
    resourceRules: [{{apiGroups: [""], operations: [CREATE], resources: [pods]}}]
  mutations:
  - jsonPatch: {{expression: '{expression}'}}
"""
ADDS = (
    '[JSONPatch{op: "add", path: "/spec/containers/-", value: Object.spec.containers{name: "datadog-agent", '
    'env: [Object.spec.containers.env{name: "DD_SITE", value: "datadoghq.com"}]}}]'
)


def cel(kind: str = "MutatingPolicy", *, expression: str = ADDS, labels: str = "{}", selector: str = "{}") -> str:
    version = {"MutatingAdmissionPolicy": "admissionregistration.k8s.io/v1"}.get(kind, "policies.kyverno.io/v1")
    space = "kube-system" if kind.startswith("Namespaced") else '""'
    text = CEL.format(
        version=version, kind=kind, labels=labels, selector=selector, expression=expression, namespace=space
    )
    if kind == "MutatingAdmissionPolicy":
        text += "---\n{kind: MutatingAdmissionPolicyBinding, metadata: {name: bound}, spec: {policyName: cel}}\n"
    return text


@pytest.mark.parametrize(("kind", "bindings"), [("MutatingPolicy", ()), ("MutatingAdmissionPolicy", ("bound",))])
def test_policies_in_cel(kind: str, bindings: tuple[str, ...]) -> None:
    (one,) = found(cel(kind))
    assert (one.ref.kind, one.workloads, one.replaceable, one.bindings) == (kind, (COREDNS,), True, bindings)
    assert found(cel(kind, selector="{nobody: has-it}")) == []
    assert found(cel(kind, expression="[]")) == []
    # names an agent, and adds none
    named = 'object.spec.containers.exists(c, c.name == "datadog-agent") ? [] : [{name: "datadog-agent"}]'
    assert found(cel(kind, expression=named)) == []


def test_kyvernos_policies_see_what_fargates_webhook_adds() -> None:
    profile = "{eks.amazonaws.com/fargate-profile: system}"
    assert [one.ref.kind for one in found(cel("MutatingPolicy", selector=profile))] == ["MutatingPolicy"]
    assert found(cel("MutatingAdmissionPolicy", selector=profile)) == []


def test_ours_are_not_foreign() -> None:
    ours = "{app.kubernetes.io/managed-by: kubectl-ddfargate}"
    both = cel("MutatingPolicy", labels=ours) + "---" + cel("MutatingAdmissionPolicy", labels=ours)
    index = index_of(both)
    assert foreign_injectors(index, [COREDNS, WEB]) == ()
    assert [(one.api_version, one.kind, one.name) for one in own_policies(index)] == [
        ("admissionregistration.k8s.io/v1", "MutatingAdmissionPolicy", "cel"),
        ("policies.kyverno.io/v1", "MutatingPolicy", "cel"),
    ]


def test_a_policy_of_one_namespace_is_named_and_not_replaced() -> None:
    text = changed("kind: ClusterPolicy", "kind: Policy").replace("sidecar}", "sidecar, namespace: kube-system}")
    (one,) = found(text)
    assert (one.ref.kind, one.ref.namespace, one.replaceable) == ("Policy", "kube-system", False)
    assert "delete it by hand" in one.why
    assert found(text.replace("namespace: kube-system}", "namespace: shop}")) == []


@pytest.mark.parametrize(
    ("hook", "container", "why"),
    [
        ("datadog-webhook", "datadog-agent-injected", "Datadog's own injection"),
        ("somebodys-injector", "datadog-agent", "who runs it is not known"),
    ],
)
def test_a_webhook_is_named_for_what_nothing_else_explains(hook: str, container: str, why: str) -> None:
    index = index_of(webhooks=(hook,), proofs=(proof(COREDNS, container), proof(WEB)))
    (one,) = foreign_injectors(index, [COREDNS, WEB])
    assert (one.ref.kind, one.ref.name, one.workloads) == ("MutatingWebhookConfiguration", hook, (COREDNS,))
    assert not one.replaceable
    assert why in one.why


def test_what_a_policys_text_explains_is_not_laid_at_a_webhooks_door() -> None:
    index = index_of(STORY, webhooks=("somebodys-injector",), proofs=(proof(COREDNS, "datadog-agent"),))
    assert [one.ref.kind for one in foreign_injectors(index, [COREDNS])] == ["ClusterPolicy"]


def test_attribution_goes_by_the_text_of_kyvernos_policies() -> None:
    hooks = ("kyverno-resource-mutating-webhook-cfg", "somebodys-injector")
    agent = Container(name="datadog-agent")
    assert injected_by(index_of(STORY, webhooks=hooks), COREDNS, agent) == "kyverno"
    assert injected_by(index_of(STORY, webhooks=hooks), WEB, agent) == "unknown"
