"""Records are structs: a field's default is not read off the class, where a descriptor stands in its place."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import kubectl_ddfargate

TESTS = Path(__file__).parent
PACKAGE = Path(kubectl_ddfargate.__file__).parent


def test_no_default_is_read_off_a_class() -> None:
    fields = {name: found for tree in trees(PACKAGE) for name, found in structs(tree)}
    assert len(fields) > 100
    read = [
        f"{path.name}:{node.lineno} {ast.unparse(node)}"
        for folder in (PACKAGE, TESTS)
        for path in sorted(folder.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.attr in fields.get(node.value.id, ())
    ]
    assert read == []


def trees(folder: Path) -> Iterator[ast.Module]:
    for path in sorted(folder.rglob("*.py")):
        yield ast.parse(path.read_text(encoding="utf-8"))


def structs(tree: ast.Module) -> Iterator[tuple[str, frozenset[str]]]:
    """The structs of a module by name, with their fields."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and any(ast.unparse(base).endswith("Struct") for base in node.bases):
            fields = (part.target for part in node.body if isinstance(part, ast.AnnAssign))
            yield node.name, frozenset(field.id for field in fields if isinstance(field, ast.Name))
