"""Whether there is a Kyverno, what it carries out, and which of its policies an opening would set free."""

from __future__ import annotations

import msgspec
import pytest

from kubectl_ddfargate.facts.index import NotReadError
from kubectl_ddfargate.facts.kyverno import kyverno, policy_api_version
from kubectl_ddfargate.facts.kyverno_exclusions import gains_effect
from kubectl_ddfargate.model.kinds import CLUSTER_POLICIES, WEBHOOKS
from kubectl_ddfargate.model.kube.admission import MutatingWebhookConfiguration
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
