"""Which workloads of a list are kept whole until their dry-runs: those that are wanted, as far as there is room."""

from __future__ import annotations

import json

import msgspec

from kubectl_ddfargate.cluster.collect.templates import MOST_BYTES, Templates
from kubectl_ddfargate.model.kinds import DEPLOYMENTS, REPLICA_SETS


def deployment(name: str, *, command: str = "run") -> msgspec.Raw:
    template = {"spec": {"containers": [{"name": "app", "command": [command]}]}}
    return msgspec.Raw(
        json.dumps({"metadata": {"name": name, "namespace": "shop"}, "spec": {"template": template}})
    )


def test_those_that_are_wanted_are_kept_whole() -> None:
    templates = Templates()
    templates.want({("shop", "web")})
    keeping = templates.fold(DEPLOYMENTS)
    assert keeping is not None
    assert [keeping(deployment(name)).name for name in ("web", "cart")] == ["web", "cart"]
    assert templates.get("Deployment", "shop", "web") == bytes(deployment("web"))
    assert templates.get("Deployment", "shop", "cart") is None


def test_a_kind_without_a_template_is_not_kept() -> None:
    templates = Templates()
    assert templates.fold(DEPLOYMENTS) is None, "nothing is wanted"
    templates.want({("shop", "web")})
    assert templates.fold(REPLICA_SETS) is None


def test_no_more_is_kept_than_there_is_room_for() -> None:
    templates = Templates()
    names = ("first", "second", "small")
    templates.want({("shop", name) for name in names})
    keeping = templates.fold(DEPLOYMENTS)
    assert keeping is not None
    for name, size in zip(names, (MOST_BYTES - 1000, 1000, 1), strict=True):
        assert keeping(deployment(name, command="x" * size)).name == name
    assert [name for name in names if templates.get("Deployment", "shop", name)] == ["first", "small"]


def test_what_comes_again_takes_the_place_of_what_came_before() -> None:
    """As where a list expires and is read from its beginning."""
    templates = Templates()
    names = ("web", "cart")
    templates.want({("shop", name) for name in names})
    keeping = templates.fold(DEPLOYMENTS)
    assert keeping is not None
    size = MOST_BYTES // 2 - 1000
    for name, letter in (("web", "x"), ("web", "y"), ("web", "z"), ("cart", "x")):
        keeping(deployment(name, command=letter * size))
    assert [templates.get("Deployment", "shop", name) for name in names] == [
        bytes(deployment("web", command="z" * size)),
        bytes(deployment("cart", command="x" * size)),
    ]
