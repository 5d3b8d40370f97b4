"""Whether there is a Kyverno, what it carries out, and which of its policies an opening would set free."""

from __future__ import annotations

import msgspec
import pytest

from kubectl_ddfargate.facts.index import NotReadError
from kubectl_ddfargate.facts.kyverno import kyverno, policy_api_version
from kubectl_ddfargate.facts.kyverno_exclusions import gains_effect
from kubectl_ddfargate.model.kinds import CLUSTER_POLICIES, KYVERNO_CONTROLLERS, WEBHOOKS
from kubectl_ddfargate.model.kube.admission import MutatingWebhookConfiguration
from kubectl_ddfargate.model.kube.kyverno_engine import KyvernoController
from kubectl_ddfargate.model.snapshot import Unread
from tests.facts.kyverno_clusters import STOCK, index_of, kyverno_deployment, webhook

V119 = (
    ("MutatingPolicy", "policies.kyverno.io/v1"),
    ("MutatingPolicy", "policies.kyverno.io/v1beta1"),
    ("ClusterPolicy", "kyverno.io/v1"),
)


def test_by_url_and_without_a_deployment() -> None:
    found = kyverno(index_of(config=STOCK))
    assert found is not None
    assert (found.namespace, found.version, found.serves) == ("kyverno", None, V119)
    assert found.webhooks == ("kyverno-resource-mutating-webhook-cfg.svc",)
    assert found.healthy


@pytest.mark.parametrize(
    ("image", "version"),
    [
        ("reg.kyverno.io/kyverno/kyverno:v1.19.1", "v1.19.1"),
        ("registry.example:5000/kyverno", None),
        ("registry.example:5000/kyverno:1.18@sha256:" + "0" * 64, "1.18"),
        ("kyverno@sha256:" + "0" * 64, None),
    ],
)
def test_the_version_is_the_tag_of_the_image(image: str, version: str | None) -> None:
    found = kyverno(index_of(controller=kyverno_deployment(image=image)))
    assert found is not None
    assert found.version == version
    assert found.healthy


def test_what_keeps_it_from_answering() -> None:
    stopped = kyverno(index_of(controller=kyverno_deployment(image="kyverno:v1", ready=0)))
    assert stopped is not None
    assert stopped.why == "deployment/kyverno-admission-controller -n kyverno has no ready pod"
    never_started = kyverno(index_of(webhooks=()))
    assert never_started is not None
    assert "kyverno-policy-mutating-webhook-cfg" in (never_started.why or "")


def test_a_pod_that_is_made_anew_comes_back() -> None:
    for replicas in (1, 3, None):
        rescheduled = kyverno(
            index_of(controller=kyverno_deployment(image="kyverno:v1", ready=0, replicas=replicas))
        )
        assert rescheduled is not None
        assert (rescheduled.healthy, rescheduled.gone) == (False, False)
    starting = kyverno(index_of(controller=kyverno_deployment(image="kyverno:v1"), webhooks=()))
    assert starting is not None
    assert (starting.healthy, starting.gone) == (False, False)


def test_what_nobody_runs_is_gone() -> None:
    idle = kyverno(index_of(controller=kyverno_deployment(image="kyverno:v1", ready=0, replicas=0)))
    assert idle is not None
    assert idle.why == "deployment/kyverno-admission-controller -n kyverno is scaled to 0"
    assert idle.gone
    assert (left := kyverno(index_of(webhooks=()))) is not None
    assert left.gone


def test_a_deployment_that_may_not_be_read_may_be_there() -> None:
    index = index_of(webhooks=())
    refused = Unread(resource="deployments", key=KYVERNO_CONTROLLERS.key, verb="list", reason="forbidden")
    index.snapshot.unread.append(refused)
    found = kyverno(index)
    assert found is not None
    assert (found.healthy, found.gone) == (False, False)


def test_one_of_two_that_is_wanted_may_come_back() -> None:
    index = index_of(controller=kyverno_deployment(image="kyverno:v1", ready=0, replicas=0))
    second = kyverno_deployment(image="kyverno:v1", ready=0)
    second["metadata"]["name"] = "second"
    index.snapshot.objects[KYVERNO_CONTROLLERS.key].append(msgspec.convert(second, KyvernoController))
    found = kyverno(index)
    assert found is not None
    assert (found.why, found.gone) == ("deployment/second -n kyverno has no ready pod", False)


def test_the_namespace_is_that_of_the_service() -> None:
    index = index_of(config=None)
    called = webhook("kyverno-policy-mutating-webhook-cfg", service="policies")
    index.snapshot.objects[WEBHOOKS.key] = [msgspec.convert(called, MutatingWebhookConfiguration)]
    found = kyverno(index)
    assert found is not None
    assert found.namespace == "policies"


def test_old_versions_are_read_as_they_are_served() -> None:
    index = index_of(groups={"policies.kyverno.io/v1beta1": ["mutatingpolicies"]})
    assert policy_api_version(index) == "policies.kyverno.io/v1beta1"
    assert policy_api_version(index, CLUSTER_POLICIES) is None
    assert kyverno(index_of(groups={"apps/v1": ["deployments"]})) is None


def test_refused_discovery_is_no_answer() -> None:
    index = index_of()
    blind = type(index)(msgspec.structs.replace(index.snapshot, groups=None))
    with pytest.raises(NotReadError, match="discovery"):
        kyverno(blind)


POLICIES = """
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: everywhere}
spec: {rules: [{name: r, match: {any: [{resources: {kinds: [Pod]}}]}}]}
---
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: shop-only}
spec:
  failurePolicy: Ignore
  rules: [{name: r, match: {any: [{resources: {kinds: [Pod], namespaces: ["sho?"]}}]}}]
---
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: shop-only-but-closed}
spec: {rules: [{name: r, match: {resources: {kinds: [Pod], namespaces: [shop]}}}]}
---
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: not-in-kube}
spec:
  webhookConfiguration: {failurePolicy: Ignore}
  rules:
  - name: r
    match: {any: [{resources: {kinds: [Pod]}}]}
    exclude: {any: [{resources: {namespaces: ["kube-*"]}}]}
---
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: partly-not-in-kube}
spec:
  webhookConfiguration: {failurePolicy: Ignore}
  rules:
  - name: r
    match: {any: [{resources: {kinds: [Pod]}}]}
    exclude: {any: [{resources: {namespaces: ["kube-*"], selector: {matchLabels: {app: x}}}}]}
---
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: background-only}
spec: {admission: false, rules: [{name: r, match: {any: [{resources: {kinds: [Pod]}}]}}]}
---
apiVersion: kyverno.io/v1
kind: Policy
metadata: {name: of-the-namespace, namespace: kube-system}
spec: {rules: [{name: r, match: {any: [{resources: {kinds: [Pod]}}]}}]}
---
apiVersion: policies.kyverno.io/v1
kind: MutatingPolicy
metadata: {name: ours, labels: {app.kubernetes.io/managed-by: kubectl-ddfargate}}
spec: {}
---
apiVersion: policies.kyverno.io/v1
kind: MutatingPolicy
metadata: {name: cel-open}
spec: {failurePolicy: Ignore, matchConstraints: {namespaceSelector: {}}}
---
apiVersion: policies.kyverno.io/v1
kind: ValidatingPolicy
metadata: {name: cel-checks}
spec: {matchConstraints: {namespaceSelector: {matchExpressions: [{key: team, operator: DoesNotExist}]}}}
---
apiVersion: policies.kyverno.io/v1
kind: ValidatingPolicy
metadata: {name: cel-elsewhere}
spec: {matchConstraints: {namespaceSelector: {matchLabels: {team: shop}}}}
"""


def test_which_policies_an_opening_sets_free() -> None:
    gains = gains_effect(index_of(POLICIES, config=STOCK), ["kube-system"])
    assert {one.ref.name: one.fails_closed for one in gains} == {
        "everywhere": True,
        # its webhook is the one of all classic policies that fail closed, and looks at every namespace
        "shop-only-but-closed": True,
        "partly-not-in-kube": False,
        "of-the-namespace": True,
        "cel-open": False,
        "cel-checks": True,
    }
    by_kind = {one.ref.name: (one.ref.api_version, one.ref.kind, one.ref.namespace) for one in gains}
    assert by_kind["of-the-namespace"] == ("kyverno.io/v1", "Policy", "kube-system")
    assert by_kind["cel-checks"] == ("policies.kyverno.io/v1", "ValidatingPolicy", "")
