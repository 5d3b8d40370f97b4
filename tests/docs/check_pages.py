"""`docs/checks.md` and one page for each check, from the registry."""

from __future__ import annotations

import re

from kubectl_ddfargate.checks import CHECKS, Check
from kubectl_ddfargate.cli.explain import facts_of, page_of
from kubectl_ddfargate.model.report import Category
from kubectl_ddfargate.render.text.topics import TITLES

_SECTION = re.compile(r"^([A-Z][a-z]+):[ \n]", re.MULTILINE)

_HEADING = re.compile(r"\n+## (\w+)\n+(\S)")


def index_page() -> str:
    """The list, in causal order."""
    lines = [
        "# The checks of doctor",
        "",
        "An id names one cause and is never reused.",
        "`kubectl ddfargate explain DDFnnn` shows the page of a check in the terminal.",
        "",
        "**error**: telemetry is lost or the workload is at risk now. **warning**: will break, or costs. "
        "**info**: good to know.",
    ]
    for category in Category:
        rows = [
            f"| [{one.id}](checks/{one.id}.md) | {one.severity.value} | {one.title} |"
            for one in sorted(CHECKS, key=lambda check: check.id)
            if one.category is category
        ]
        if rows:
            lines += ["", f"## {TITLES[category]}", "", "| id | severity | what holds when all is well |"]
            lines += ["| --- | --- | --- |", *rows]
    return "\n".join(lines) + "\n"


def check_page(check: Check) -> str:
    """One check: what the registry says, then its docstring with its sections as headings."""
    body = _SECTION.sub(lambda match: f"## {match[1]}\n\n", page_of(check))
    body = re.sub(r"^    ", "", body, flags=re.MULTILINE)
    body = _HEADING.sub(_opened, body)
    return f"# {check.id}: {check.title}\n\n{facts_of(check)}\n\n{body.rstrip()}\n"


def _opened(match: re.Match[str]) -> str:
    """A heading with its blank lines; what follows begins a sentence, unless it is a list of links or rights."""
    first = match[2] if match[1] in ("Sources", "Rights") else match[2].upper()
    return f"\n\n## {match[1]}\n\n{first}"


def check_pages() -> dict[str, str]:
    """Name of the file under `docs/checks/` → its text."""
    return {f"{check.id}.md": check_page(check) for check in CHECKS}
