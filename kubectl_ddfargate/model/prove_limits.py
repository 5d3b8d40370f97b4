"""Of how many workloads the next pod is asked for in one run. Plain numbers: `--help` loads nothing for them."""

from __future__ import annotations

USUAL = 50
"""At most, where the user names no number. The rest is said to be unproved."""
MOST = 1000
"""At most, whatever the user names, and where every workload is to be proved."""
