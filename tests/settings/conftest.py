"""Settings files, and what is read from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from kubectl_ddfargate.commands.settings import load_given
from kubectl_ddfargate.errors import UsageError
from kubectl_ddfargate.model.settings import Given

HEAD = "apiVersion: ddfargate/v1alpha1\nkind: Install\n"


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], Path]:
    """`file("site: datadoghq.eu")`: a file with these lines after its head."""

    def write(text: str, *, head: str = HEAD) -> Path:
        path = tmp_path / "ddfargate.yaml"
        path.write_text(head + text, encoding="utf-8")
        return path

    return write


def as_file(values: Mapping[str, Any]) -> str:
    """YAML with these values at their dotted paths."""
    tree: dict[str, Any] = {}
    for path, value in values.items():
        *sections, key = path.split(".")
        here = tree
        for section in sections:
            here = here.setdefault(section, {})
        here[key] = value
    text: str = yaml.safe_dump(tree)
    return text


def at(given: Given, path: str) -> Any:
    """The value at a dotted path; None where there is none. Structs within it as plain data."""
    here: Any = given.settings
    for key in path.split("."):
        names = {one.encode_name: one.name for one in msgspec.structs.fields(here)} if here is not None else {}
        here = getattr(here, names[key]) if names else None
    return msgspec.to_builtins(here)


def refused(
    path: Path | None = None, flags: Mapping[str, object] | None = None, environ: Mapping[str, str] | None = None
) -> UsageError:
    """The error that this gives."""
    with pytest.raises(UsageError) as caught:
        load_given(path, flags or {}, environ or {})
    return caught.value
