"""The sample output in README.md: what `make example` prints, so that it cannot grow old."""

from __future__ import annotations

import re
from pathlib import Path

from kubectl_ddfargate.commands.doctor import EXAMPLE, DoctorOptions, diagnose_file
from kubectl_ddfargate.render.formats import renderer
from kubectl_ddfargate.render.presentation import Presentation

_BLOCK = re.compile(r"(?<=-->\n```text\n).*?(?=```\n<!-- end of example -->)", re.DOTALL)


def readme(path: Path) -> str:
    """The README with today's output in its block."""
    report = diagnose_file(EXAMPLE, DoctorOptions(namespace=None, selector=None))
    sample = renderer("text")(report, Presentation(live=False))
    return _BLOCK.sub(lambda _: sample, path.read_text(encoding="utf-8"))
