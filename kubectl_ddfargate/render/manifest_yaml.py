"""Manifests as YAML, equal byte for byte for equal manifests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import yaml

_FIRST = ("apiVersion", "kind", "metadata", "spec")
_ABOUT = ("name", "namespace", "labels", "annotations")


class _Dumper(yaml.SafeDumper):
    """Writes a text of several lines as a block, so that expressions stay readable."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        """Never `&id001`: two equal parts are written twice."""
        return True


def _text(dumper: _Dumper, value: str) -> yaml.ScalarNode:
    style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def manifest_yaml(manifest: Mapping[str, Any], *, remarks: Iterable[str] = ()) -> str:
    """One document, without the line of dashes. `remarks` become comments before it."""
    body: str = yaml.dump(
        _ordered(manifest),
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=1_000_000,
        default_flow_style=False,
    )
    return _comments(remarks) + body


def manifest_stream(manifests: Iterable[Mapping[str, Any]], *, remarks: Iterable[str] = ()) -> str:
    """All documents, with comments before the first."""
    return _comments(remarks) + "".join(f"---\n{manifest_yaml(manifest)}" for manifest in manifests)


def _ordered(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """In the order that readers of manifests are used to; what is deeper keeps the order in which it was made."""
    plain = {key: manifest[key] for key in (*_FIRST, *manifest) if key in manifest}
    if isinstance(metadata := plain.get("metadata"), Mapping):
        plain["metadata"] = {key: metadata[key] for key in (*_ABOUT, *metadata) if key in metadata}
    return plain


def _comments(remarks: Iterable[str]) -> str:
    return "".join(f"# {line}".rstrip() + "\n" for remark in remarks for line in remark.splitlines())
