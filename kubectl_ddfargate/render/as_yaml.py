"""A document as YAML: the same document as the JSON."""

from __future__ import annotations

from typing import Any

import msgspec
import yaml

from kubectl_ddfargate.model.report import Part
from kubectl_ddfargate.render.presentation import Presentation


class _Dumper(yaml.SafeDumper):
    """Writes a text of several lines as a block, so that patches and heredocs stay readable."""


def _text(dumper: _Dumper, value: str) -> yaml.ScalarNode:
    style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def render(document: Part, presentation: Presentation) -> str:  # noqa: ARG001
    """One YAML document. Nothing of it depends on the terminal."""
    plain: dict[str, Any] = msgspec.to_builtins(document)
    # a width so large that no text is folded: grep finds whole sentences
    text: str = yaml.dump(plain, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1_000_000)
    return text
