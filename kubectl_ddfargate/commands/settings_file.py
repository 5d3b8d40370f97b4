"""Reads a settings file. An error names the file, and the line or the path; it shows no text of the file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from kubectl_ddfargate.commands.settings_problems import problem, shown
from kubectl_ddfargate.commands.settings_shape import shaped
from kubectl_ddfargate.errors import UsageError
from kubectl_ddfargate.model.secret_words import without_secrets
from kubectl_ddfargate.model.settings import InstallSettings

STDIN = Path("-")
_FIRST_LINES = "the file begins with `apiVersion: ddfargate/v1alpha1` and `kind: Install`"


def read_file(path: Path) -> tuple[str, dict[str, Any]]:
    """The name by which the file is spoken of, and its settings as plain data. Raises UsageError.

    `-` is stdin.
    """
    name = "stdin" if path == STDIN else str(path)
    try:
        raw = sys.stdin.buffer.read() if path == STDIN else path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{name} cannot be read: {error.strerror or 'unknown reason'}",
            hint="-f names the file with the settings",
        ) from None
    document = one_document(raw, name)
    if not isinstance(document, dict):
        raise problem(name, "these are no settings", hint=_FIRST_LINES)
    defaults = InstallSettings()
    for key, wanted in (("apiVersion", defaults.api_version), ("kind", defaults.kind)):
        found = document.get(key)
        if found is None:
            raise problem(name, f"{key} is missing", hint=_FIRST_LINES)
        if found != wanted:
            raise problem(name, f"{key} is {shown(found)}; this version reads {wanted}", hint=_FIRST_LINES)
    return name, shaped(document, name)


def one_document(raw: bytes, name: str) -> Any:
    """The one document of a file, as plain data, with dates as text. Raises UsageError.

    PyYAML is imported here: it costs 15 ms."""
    import yaml

    try:
        loader = _loader()(raw)
        try:
            document = loader.get_single_data()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        line = f" line {error.problem_mark.line + 1}" if error.problem_mark else ""
        # PyYAML names aliases and tags as they stand there.
        text = without_secrets(error.problem or "it cannot be read")
        raise problem(f"{name}{line}", text, hint="correct that line") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise problem(name, "it is not text that YAML allows", hint="save it as YAML, in UTF-8") from None
    return document


def _loader() -> Any:
    """PyYAML's safe loader, with plain dates kept as text, and without keys that stand there twice."""
    import yaml

    class Loader(yaml.SafeLoader):
        yaml_implicit_resolvers = {  # noqa: RUF012
            first: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
            for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }

        def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
            seen: set[str] = set()
            for key, _ in node.value:
                if isinstance(key, yaml.ScalarNode) and key.value in seen:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"the key {shown(key.value)} stands there twice", key.start_mark
                    )
                seen.add(str(key.value))
            found: dict[Any, Any] = super().construct_mapping(node, deep=deep)
            return found

    return Loader
