"""Writes what is made from the code: `python -m tests.docs.generate` (or `make docs`). A test holds it fresh."""

from __future__ import annotations

from pathlib import Path

from .check_pages import check_pages, index_page
from .cli_page import check_titles, cli_page
from .example_page import example_page
from .json_page import json_page
from .rbac_page import rbac_page
from .schema import (
    check_list_schema,
    error_schema,
    plan_schema,
    probe_schema,
    report_schema,
    schema_text,
    trace_schema,
    version_schema,
)
from .security_page import security_page
from .settings_page import settings_page
from .settings_schema import settings_schema_text

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "checks"


def generated() -> dict[Path, str]:
    """Every generated file and what should stand in it."""
    docs, data = ROOT / "docs", ROOT / "kubectl_ddfargate" / "data"
    return {
        data / "report.schema.json": schema_text(report_schema()),
        data / "plan.schema.json": schema_text(plan_schema()),
        data / "trace.schema.json": schema_text(trace_schema()),
        data / "probe.schema.json": schema_text(probe_schema()),
        data / "version.schema.json": schema_text(version_schema()),
        data / "checks.schema.json": schema_text(check_list_schema()),
        data / "error.schema.json": schema_text(error_schema()),
        data / "install.schema.json": settings_schema_text(),
        docs / "example-output.md": example_page(),
        docs / "security.md": security_page(),
        docs / "json-output.md": json_page(),
        docs / "settings.md": settings_page(),
        docs / "cli.md": cli_page(),
        data / "checks.tsv": check_titles(),
        docs / "rbac.md": rbac_page(),
        docs / "checks.md": index_page(),
        **{PAGES / name: text for name, text in check_pages().items()},
    }


def stale() -> list[Path]:
    """Files that differ from what they should be, and pages of checks that are no more."""
    files = generated()
    old = [path for path in PAGES.glob("*.md") if path not in files]
    return old + [
        path for path, text in files.items() if not path.exists() or path.read_text(encoding="utf-8") != text
    ]


def main() -> None:
    """Write what is stale, and name it."""
    files = generated()
    for path in stale():
        if path in files:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(files[path], encoding="utf-8")
        else:
            path.unlink()
        print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
