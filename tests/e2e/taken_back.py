"""Which findings real agents take back when the printed cures are pasted, and which workload has which fault."""

from __future__ import annotations

IN_LOGS = {
    "DDF801": {"url-came-later"},
    "DDF802": {"name-without-dns"},
    "DDF804": {"token-came-later"},
}
"""What only the agents know, and say in their logs: for the others the API shows the cause."""
IN_PROBES = {
    "DDF803": {"proxy-and-no-rights"},
    "DDF804": {"wrong-token"},
    "DDF805": {"proxy-and-no-rights"},
}
"""What a probe finds when the former are cured."""
CURED = IN_LOGS.keys() | IN_PROBES.keys()
