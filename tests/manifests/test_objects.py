"""What holds for all objects, and what differs by the design."""

from __future__ import annotations

import json

import pytest
import yaml
from msgspec.structs import replace

from kubectl_ddfargate.manifests import desired_objects
from kubectl_ddfargate.manifests.block_text import block
from kubectl_ddfargate.manifests.container import parts_of
from kubectl_ddfargate.manifests.datadog import goes_by_label
from kubectl_ddfargate.manifests.kubelet_rights import binding_name
from kubectl_ddfargate.manifests.kustomize import remarks, rendered_objects
from kubectl_ddfargate.manifests.scope_labels import object_selector, sets_left_over
from kubectl_ddfargate.model.design import DatadogOwner, KubeletRight, PolicyScope, TargetWorkload
from kubectl_ddfargate.model.eks_addon import addon_label
from kubectl_ddfargate.model.objects import MANAGED_BY, MANAGER
from tests.manifests.designs import AGENT, COREDNS, KINDS, SUM, WEB, design, label_sets
from tests.manifests.test_golden import COMMON, DESIGNS, PROFILE


@pytest.mark.parametrize("name", DESIGNS)
def test_the_policy_comes_last_and_what_it_rests_on_before(name: str) -> None:
    order = [one.component for one in desired_objects(DESIGNS[name])]
    known = ["fixed_service", "secret", "kubelet_rights"]

    assert [part for part in order if part in known] == sorted((p for p in order if p in known), key=known.index)
    assert all(part not in known for part in order[[part in known for part in order].count(True) :])
    assert order[-1] not in known


@pytest.mark.parametrize("name", DESIGNS)
def test_what_is_ours_has_our_label_and_no_other_and_no_owner(name: str) -> None:
    for one in desired_objects(DESIGNS[name]):
        metadata = one.manifest["metadata"]
        assert metadata.get("labels", {}) == ({MANAGED_BY: MANAGER} if one.owned else {})
        assert "ownerReferences" not in metadata


@pytest.mark.parametrize("name", DESIGNS)
def test_no_manifest_holds_a_value_of_a_secret(name: str) -> None:
    for one in desired_objects(DESIGNS[name]):
        if one.ref.kind == "Secret":
            assert set(one.manifest) == {"apiVersion", "kind", "metadata", "type"}
            assert one.secret is not None
            assert set(one.secret.sources) == {"api-key", "token"}
    assert all(one.ref.kind != "Secret" for one in rendered_objects(DESIGNS[name]))


@pytest.mark.parametrize("mode", ["external", "none"])
def test_secrets_that_come_from_elsewhere_are_named_only(mode: str) -> None:
    given = replace(design(), secret_mode=mode)

    assert not [one for one in desired_objects(given) if one.component == "secret"]
    named = [one for one in remarks(given) if one.startswith("Secret ")]
    assert named == [
        "Secret kube-system/datadog-secret must exist, with the keys api-key and token.",
        "Secret shop/datadog-secret must exist, with the keys api-key and token.",
    ]


def test_what_a_store_makes_is_not_asked_of_anybody() -> None:
    assert not [one for one in remarks(DESIGNS["external-secrets"]) if "must exist" in one]


def test_a_service_that_is_not_ours_is_not_made() -> None:
    given = design()
    assert given.fixed_service is not None
    used = replace(given, fixed_service=replace(given.fixed_service, owned=False))

    for other in (used, replace(given, fixed_service=None)):
        assert not [one for one in desired_objects(other) if one.ref.kind == "Service"]


def test_without_rights_there_is_no_role() -> None:
    assert not [one for one in desired_objects(replace(design(), rights=())) if one.component == "kubelet_rights"]


def test_no_two_accounts_share_a_binding() -> None:
    rights = [
        KubeletRight("a-b", "c"),
        KubeletRight("a", "b-c"),
        KubeletRight("a", "b.c"),
        KubeletRight("a-b", ".c"),
    ]
    long = [KubeletRight("n" * 63, "s" * 252 + end) for end in ("x", "y")]
    names = [binding_name(right) for right in (*rights, *long)]

    assert len(set(names)) == len(names)
    assert max(len(name) for name in names) <= 253
    assert names == [binding_name(right) for right in (*rights, *long)]


def test_native_policies_refuse_the_label_of_the_profile() -> None:
    with pytest.raises(ValueError, match="never sees"):
        desired_objects(replace(design("MutatingAdmissionPolicy"), scope=PROFILE))


@pytest.mark.parametrize("kind", ["MutatingPolicy", "ClusterPolicy", "MutatingAdmissionPolicy", "DatadogAgent"])
@pytest.mark.parametrize(
    "scope",
    [
        PolicyScope(()),
        PolicyScope(("shop",)),
        PolicyScope(("shop",), label_sets=(("shop", ()),)),
        PolicyScope((), common_label=COMMON),
    ],
)
def test_a_scope_that_would_take_everything_is_refused(kind: str, scope: PolicyScope) -> None:
    with pytest.raises(ValueError, match="must name namespaces"):
        desired_objects(replace(design(kind), scope=scope))


def test_one_set_of_labels_needs_no_condition_and_several_do() -> None:
    alike = replace(WEB, namespace="desk")
    api = TargetWorkload("shop", "Deployment", "api", (("app", "api"), ("tier", "back")))

    assert sets_left_over(label_sets(WEB)) == ()
    assert sets_left_over(label_sets(WEB, alike)) == ()
    assert sets_left_over(label_sets(WEB, COREDNS)) != ()
    assert sets_left_over(replace(label_sets(WEB), namespaces=("desk", "shop"))) != ()
    assert object_selector(label_sets(WEB))["matchLabels"] == {"app": "web"}
    assert object_selector(label_sets(WEB, api))["matchExpressions"][0] == {
        "key": "app",
        "operator": "In",
        "values": ["api", "web"],
    }


@pytest.mark.parametrize("kind", KINDS)
def test_the_opt_out_holds_for_every_injector(kind: str) -> None:
    given = replace(design(kind), scope=PolicyScope(("shop",), common_label=COMMON))
    text = json.dumps([one.manifest for one in desired_objects(given)][-2:])
    assert '{"key": "ddfargate/inject", "operator": "NotIn", "values": ["false"]}' in text


def test_only_what_ends_is_told_to_exit() -> None:
    for kind in ("MutatingPolicy", "ClusterPolicy", "MutatingAdmissionPolicy"):
        with_job = json.dumps([one.manifest for one in desired_objects(design(kind, WEB, SUM))])
        without = json.dumps([one.manifest for one in desired_objects(design(kind, WEB, COREDNS))])
        assert "DD_AUTO_EXIT_NOPROCESS_ENABLED" in with_job
        assert "DD_AUTO_EXIT_NOPROCESS_ENABLED" not in without


def test_a_variable_of_the_user_takes_the_place_of_ours() -> None:
    names = [entry["name"] for entry in parts_of(replace(AGENT, env={"DD_SITE": "x", "A": "b"})).container["env"]]
    assert names.count("DD_SITE") == 1
    assert names[-1] == "A"


def test_the_agent_of_datadog_goes_by_label_where_one_selector_cannot_say_it() -> None:
    one, several = design("DatadogAgent", COREDNS), design("DatadogAgent")
    assert not goes_by_label(one)
    assert goes_by_label(several)
    assert goes_by_label(replace(one, datadog=DatadogOwner("operator", "datadog", "datadog", by_label=True)))
    assert "selectors" not in json.dumps(desired_objects(several)[-1].manifest)
    assert any("agent.datadoghq.com/sidecar: fargate" in remark for remark in remarks(several))


SCOPES = [PolicyScope(("shop",), common_label=COMMON), label_sets(WEB)]
POLICIES = ["MutatingPolicy", "ClusterPolicy", "MutatingAdmissionPolicy"]


@pytest.mark.parametrize(
    ("kind", "scope"),
    # native policies know no scope by profile
    [(kind, one) for kind in POLICIES for one in (*SCOPES, *([PROFILE] if kind != POLICIES[2] else []))],
)
def test_pods_of_jobs_are_left_out_unless_a_job_is_a_target(kind: str, scope: PolicyScope) -> None:
    made: dict[bool, str] = {}
    for ends in (False, True):
        given = replace(design(kind, *((WEB, SUM) if ends else (WEB,))), scope=scope)
        made[ends] = json.dumps([one.manifest["spec"] for one in desired_objects(given) if one.ref.kind == kind])

    left_out = "made-by-no-job" if kind != "ClusterPolicy" else "made by no Job"
    assert left_out in made[False]
    assert "DD_AUTO_EXIT_NOPROCESS_ENABLED" not in made[False]
    assert "DD_AUTO_EXIT_NOPROCESS_ENABLED" in made[True]
    assert (left_out in made[True]) == (kind == "ClusterPolicy")


@pytest.mark.parametrize(
    ("context", "where"),
    [
        ("", '--cluster-name "$CLUSTER"'),
        ("arn:aws:eks:eu-central-1:123456789012:cluster/prod", "--region eu-central-1 --cluster-name prod"),
    ],
)
def test_the_line_for_the_add_on_can_be_pasted(context: str, where: str) -> None:
    found = addon_label(("it's", "true"), context=context)

    assert json.loads(found.configuration) == {"computeType": "Fargate", "podLabels": {"it's": "true"}}
    assert found.command == (
        f"aws eks update-addon {where} --addon-name coredns --resolve-conflicts PRESERVE --configuration-values "
        '\'{"computeType": "Fargate", "podLabels": {"it\'"\'"\'s": "true"}}\''
    )
    assert ("set CLUSTER" in found.remark) == (not context)


def test_datadogs_name_of_the_cluster_is_not_taken_for_that_of_eks() -> None:
    told = "\n".join(remarks(DESIGNS["admission-policy-common-label"]))

    assert '--cluster-name "$CLUSTER"' in told
    assert "set CLUSTER to the EKS cluster's name first" in told
    assert AGENT.cluster_name not in told


@pytest.mark.parametrize(
    "text",
    ["a", "true", "No", "1", "1e3", "", " a", "a: b", "- a", "#", "it's", '"', "\\", "two\nlines", "\t", "\x7f",
     "\u2028", "é", "😀", "{{ a }}", "{{{a}}}", "$(A)", "~", "null", "2026-01-01", "0x1f", "@a", "%a", "&a", "*a",
     "!a", "|", ">"],
)  # fmt: skip
def test_a_text_in_a_block_is_read_as_it_was(text: str) -> None:
    value = {"a": text, "b": [text, {"c": text}], "d": {}, "e": [], "f": True, "g": 1}
    written = block(value)
    assert yaml.safe_load(written) == value
    assert "{{" not in written
    assert "$(" not in written
