"""The bill of materials of the archive, in CycloneDX: its libraries, Python and OpenSSL."""

from __future__ import annotations

import json
import platform
import ssl
from pathlib import Path
from typing import Any

from .environments import run, runtime_python, tools

_PYTHON = {"type": "platform", "bom-ref": "python", "name": "python", "version": platform.python_version()}
_OPENSSL = {"type": "library", "bom-ref": "openssl", "name": "openssl", "version": ssl.OPENSSL_VERSION.split()[1]}


def write_sbom(target: Path) -> None:
    """Describe the environment that the bundle was made of."""
    describe: list[str | Path] = [tools(), "-m", "cyclonedx_py", "environment", "--output-reproducible"]
    describe += ["--spec-version", "1.6", "--output-format", "JSON", runtime_python()]
    bill: dict[str, Any] = json.loads(run(describe))
    for component in bill["components"]:
        references = component.get("externalReferences", [])
        # Where our own wheel lay is of no use to anybody else.
        component["externalReferences"] = [one for one in references if not one["url"].startswith("file:")]
    bill["components"] += [_PYTHON, _OPENSSL]
    target.write_text(json.dumps(bill, indent=2) + "\n", encoding="utf-8", newline="\n")
