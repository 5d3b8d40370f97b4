"""Every check × every kind that it needs, denied by the real API server: minutes, so only with `make grid`.

The recorded ones of `test_forbidden.py` leave what the collector reads because of the denied kind as it was.
"""

from __future__ import annotations

import pytest

from kubectl_ddfargate.checks import BY_ID
from kubectl_ddfargate.checks.runner import run_checks
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.model.report import Status
from tests.cluster.cluster import Cluster
from tests.grid.live import rights_without
from tests.grid.recorded import first_cases, look

# those with a caller of their own have none to take a right from
CASES = [check for check, case in first_cases().items() if "as" not in case.content]


@pytest.mark.parametrize("check", CASES)
def test_a_kind_denied_never_makes_it_content(check: str, cluster: Cluster) -> None:
    case = first_cases()[check]
    case.build(cluster)
    content = {}
    for plural in dict.fromkeys(kind.plural for kind in BY_ID[check].needs):
        user = cluster.user(f"without-{plural}", rules=rights_without(plural))
        (result,) = run_checks(Index(look(case, user)), [BY_ID[check]]).results
        if result.status not in (Status.UNKNOWN, Status.FAIL):
            content[plural] = result
    assert content == {}
