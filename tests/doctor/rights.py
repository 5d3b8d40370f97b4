"""The rights that doctor makes use of."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_ddfargate.model.kinds import KINDS, Kind
from tests.cluster.users import Rule, rule

REVIEWS = rule("create", "subjectaccessreviews", "authorization.k8s.io")
DRY_RUNS = rule("create", "pods")


def all_rights(*, without: Sequence[Kind] = ()) -> list[Rule]:
    """Everything that doctor may use, but for some kinds."""
    denied = {kind.plural for kind in without}
    kinds = [kind for kind in KINDS if kind.plural not in denied]
    return [*(rule("get list", kind.plural, kind.group) for kind in kinds), REVIEWS, DRY_RUNS]
