"""What Kyverno leaves out by itself, why, and what lets it in again."""

from __future__ import annotations

import json

import pytest
import yaml

from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.facts.kyverno_exclusions import ExclusionFix, exclusion_fix, hidden
from tests.facts.kyverno_clusters import STOCK, STOCK_FILTERS, STOCK_WEBHOOKS, index_of, kyverno_deployment

NAME = "kubernetes.io/metadata.name"
SPREAD = (
    '{ "namespaceSelector": { "matchExpressions": [\n'
    f'  {{"key": "{NAME}", "operator": "NotIn", "values": [ VALUES]}} ] }} }}'
)


def reasons(index: Index, namespace: str = "kube-system") -> tuple[str, ...]:
    found = hidden(index, namespace)
    return found.reasons if found else ()


def fixed(index: Index, *namespaces: str) -> ExclusionFix:
    found = exclusion_fix(index, namespaces or ("kube-system",))
    assert found is not None
    return found


def expressions(*parts: tuple[str, str, list[str] | None]) -> str:
    listed = [{"key": key, "operator": operator, "values": values} for key, operator, values in parts]
    return json.dumps({"namespaceSelector": {"matchExpressions": listed}})


def test_stock_hides_kube_system_twice_and_nothing_of_the_shop() -> None:
    index = index_of(config=STOCK)
    assert reasons(index) == (
        "resourceFilters: [*/*,kube-system,*]",
        f"webhooks: {NAME} NotIn [kube-system]",
    )
    assert reasons(index, "shop") == ()
    assert exclusion_fix(index, ["shop"]) is None


def test_without_kyverno_nothing_is_hidden() -> None:
    assert hidden(index_of(config=STOCK, groups={"apps/v1": ["deployments"]}), "kube-system") is None


def test_the_fix_of_stock_takes_two_pieces_out_and_leaves_all_else() -> None:
    fix = fixed(index_of(config=STOCK))

    assert fix.before == {key: STOCK[key] for key in ("resourceFilters", "webhooks")}
    assert fix.after == {
        "resourceFilters": STOCK_FILTERS.replace(" [*/*,kube-system,*]", ""),
        "webhooks": STOCK_WEBHOOKS.replace(f'{{"key":"{NAME}","operator":"NotIn","values":["kube-system"]}},', ""),
    }
    assert yaml.safe_load(fix.helm_values) == {
        "config": {
            "webhooks": {"namespaceSelector": {"matchExpressions": []}},
            "resourceFiltersExcludeNamespaces": ["kube-system"],
        }
    }
    assert (fix.unsolved, fix.also, fix.helm) == ((), (), False)
    assert reasons(index_of(config={**STOCK, **fix.after})) == ()


@pytest.mark.parametrize(
    ("webhooks", "after"),
    [
        # only its own name goes, whatever the layout
        (
            SPREAD.replace("VALUES", '"a" , "kube-system", "b" '),
            SPREAD.replace("VALUES", '"a", "b" '),
        ),
        (
            expressions((NAME, "In", ["shop"])),
            expressions((NAME, "In", ["shop"])).replace('"]', '","kube-system"]'),
        ),
        (
            expressions((NAME, "NotIn", ["kube-system"]), (NAME, "NotIn", ["kube-system", "x"])),
            expressions((NAME, "NotIn", ["x"])),
        ),
    ],
)
def test_the_selector_is_changed_where_it_names_the_namespace(webhooks: str, after: str) -> None:
    fix = fixed(index_of(config={"webhooks": webhooks}))
    assert fix.after == {"webhooks": after}
    assert fix.unsolved == ()
    assert reasons(index_of(config=fix.after)) == ()


def test_what_goes_by_other_labels_is_not_solved_by_the_config_map() -> None:
    webhooks = expressions(("policies", "NotIn", ["off"]), (NAME, "NotIn", ["kube-system"]))
    index = index_of(config={"webhooks": webhooks}, namespaces={"kube-system": {"policies": "off"}})
    fix = fixed(index)
    assert fix.after == {"webhooks": expressions(("policies", "NotIn", ["off"]))}
    assert fix.unsolved == ("webhooks: policies NotIn [off] (namespace kube-system)",)
    by_label = '{"namespaceSelector":{"matchLabels":{"policies":"on"}}}'
    assert reasons(index_of(config={"webhooks": by_label})) == ("webhooks: policies=on",)


@pytest.mark.parametrize(
    "webhooks", [None, "", "null", "[]", f"[{STOCK_WEBHOOKS}]", "{", '{"namespaceSelector": 1}']
)
def test_what_kyverno_cannot_read_hides_nothing(webhooks: str | None) -> None:
    assert reasons(index_of(config={} if webhooks is None else {"webhooks": webhooks})) == ()


def test_before_1_13_the_value_was_a_list() -> None:
    listed = f"[{STOCK_WEBHOOKS}]"
    old = kyverno_deployment(image="ghcr.io/kyverno/kyverno:v1.12.5")
    index = index_of(config={"webhooks": listed}, controller=old)
    assert reasons(index) == (f"webhooks: {NAME} NotIn [kube-system]",)
    fix = fixed(index)
    assert reasons(index_of(config=fix.after, controller=old)) == ()
    assert yaml.safe_load(fix.helm_values) == {
        "config": {"webhooks": [{"namespaceSelector": {"matchExpressions": []}}]}
    }
    assert reasons(index_of(config={"webhooks": STOCK_WEBHOOKS}, controller=old)) == ()


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"excludeGroups": "system:nodes"}, ()),
        (
            {"excludeGroups": "system:nodes, system:serviceaccounts:kube-system"},
            ("excludeGroups: system:serviceaccounts:kube-system",),
        ),
        ({"excludeGroups": "system:service*"}, ("excludeGroups: system:service*",)),
        ({"excludeGroups": "system:*,!system:serviceaccounts"}, ()),
        (
            {"excludeUsernames": "*:replicaset-controller"},
            ("excludeUsernames: *:replicaset-controller",),
        ),
    ],
)
def test_who_asks(config: dict[str, str], expected: tuple[str, ...]) -> None:
    index = index_of(config=config)
    assert reasons(index, "shop") == expected
    if expected:
        fix = fixed(index, "shop")
        assert fix.also == expected
        assert reasons(index_of(config=fix.after), "shop") == ()


def test_the_controllers_of_other_kinds_are_not_the_replica_set_controller() -> None:
    index = index_of(config={"excludeUsernames": "*:replicaset-controller"})
    assert hidden(index, "shop", controller="statefulset-controller") is None


def test_what_the_values_of_the_chart_keep() -> None:
    webhooks = expressions(
        ("team", "In", ["1", "b"]), (NAME, "NotIn", ["kube-system"]), (NAME, "NotIn", ["kyverno"])
    )
    config = {
        # kube-public was let in by somebody: the new list must say so again
        "resourceFilters": "[*/*,kube-system,*] [*/*,kube-node-lease,*] [Pod,shop,*] [Pod,s*,*]",
        "webhooks": webhooks,
        "excludeGroups": "system:nodes,system:serviceaccounts",
    }
    labels = {"app.kubernetes.io/managed-by": "Helm", "app.kubernetes.io/instance": "policies"}
    index = index_of(
        config=config,
        config_labels=labels,
        namespaces={"kube-system": {"team": "1"}, "shop": {"team": "b"}},
    )

    fix = fixed(index, "kube-system", "shop")

    assert (fix.helm, fix.release) == (True, "policies")
    assert fix.also == ("[Pod,s*,*]", "excludeGroups: system:serviceaccounts")
    assert yaml.safe_load(fix.helm_values) == {
        "config": {
            "webhooks": {
                "namespaceSelector": {"matchExpressions": [{"key": "team", "operator": "In", "values": ["1", "b"]}]}
            },
            "resourceFiltersExcludeNamespaces": ["kube-public", "kube-system", "shop"],
            "resourceFiltersExclude": ["[Pod,s*,*]"],
            "excludeGroups": ["system:nodes"],
        }
    }
    assert "take shop out of resourceFiltersInclude" in fix.helm_values


def test_a_config_map_of_unknown_name_is_not_taken_for_none() -> None:
    with pytest.raises(NotReadError, match="without a Deployment"):
        hidden(index_of(config=None), "kube-system")
    named = kyverno_deployment(image="kyverno:v1.19.1")
    assert hidden(index_of(config=None, controller=named), "kube-system") is None
