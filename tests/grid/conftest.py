"""What of the grid runs when: the rest is asked for by name, for it takes minutes or writes files."""

from __future__ import annotations

import os

collect_ignore = [
    *(() if os.environ.get("GRID") == "all" else ("test_live_forbidden.py",)),
    *(() if "RECORD_GRID" in os.environ else ("test_record.py",)),
]
