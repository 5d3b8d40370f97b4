"""Every document that a command prints as JSON stands in docs/json-output.md, with each of its keys."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DATA = ROOT / "kubectl_ddfargate" / "data"
INPUT = "install.schema.json"
"""The settings file: read, not printed; docs/settings.md tells it."""
PRINTED = sorted(file.name for file in DATA.glob("*.schema.json") if file.name != INPUT)


@pytest.mark.parametrize("name", PRINTED)
def test_a_document_is_told(name: str) -> None:
    schema = json.loads((DATA / name).read_text(encoding="utf-8"))
    kind = schema["properties"]["kind"]["const"]
    page = (ROOT / "docs" / "json-output.md").read_text(encoding="utf-8")
    _, heading, rest = page.partition(f"\n## {kind}\n")
    assert heading, f"{kind} has no section"
    table = rest.partition("\n## ")[0]
    assert [key for key in schema["properties"] if f"| `{key}` |" not in table] == []
    assert name in page
