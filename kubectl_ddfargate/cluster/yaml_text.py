"""Reads YAML that may hold credentials: an error names the file and the place, never the text. Writes nothing."""

from __future__ import annotations

from typing import Any

from kubectl_ddfargate.cluster.yaml_problem import explained
from kubectl_ddfargate.errors import KubeconfigError


def load_yaml(raw: bytes, *, name: str) -> Any:
    """The first document, None for an empty text. Raises KubeconfigError that starts with `name`."""
    return next(iter(load_yaml_documents(raw, name=name, most=1)), None)


def load_yaml_documents(raw: bytes, *, name: str, most: int = 100) -> list[Any]:
    """The documents in order, with plain dates kept as text, as Go's reader has them.

    Raises KubeconfigError that starts with `name`. PyYAML is imported here: it costs 15 ms.
    """
    import yaml

    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    resolvers = {
        first: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
        for first, pairs in base.yaml_implicit_resolvers.items()
    }
    documents: list[Any] = []
    loader: Any = None
    try:
        loader = type("PlainLoader", (base,), {"yaml_implicit_resolvers": resolvers})(raw)
        while len(documents) < most and loader.check_data():
            documents.append(loader.get_data())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f" line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problem, step = explained(error.problem)
        raise KubeconfigError(f"{name}{place} is not valid YAML: {problem}", hint=step) from None
    except (yaml.YAMLError, ValueError, RecursionError):
        problem, step = "it is not text that YAML allows", "save it as YAML, in UTF-8, without control characters"
        raise KubeconfigError(f"{name} is not valid YAML: {problem}", hint=step) from None
    finally:
        if loader is not None:
            loader.dispose()
    return documents
