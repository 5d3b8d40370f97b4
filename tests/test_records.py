"""Records are structs: a field's default is not read off the class, where a descriptor stands in its place."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

import kubectl_ddfargate

TESTS = Path(__file__).parent
PACKAGE = Path(kubectl_ddfargate.__file__).parent
Fields = Mapping[str, frozenset[str]]
"""By the class's bare name: of several with one name the fields of all, of a subclass also what it inherits."""


def test_no_default_is_read_off_a_class() -> None:
    fields = fields_of(tree for _, tree in trees(PACKAGE))
    assert len(fields) > 180
    read = [
        f"{path.name}:{found}"
        for folder in (PACKAGE, TESTS)
        for path, tree in trees(folder)
        for found in defaults_read(tree, fields)
    ]
    assert read == []


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Room.size", 1),
        ("rooms.Room.size", 1),
        ("Growth.size", 1),  # inherited
        ("Growth.more", 1),
        ("rooms.Growth().size", 0),
        ("Twin.first, Twin.second", 2),  # two classes of one name
        ("Room.shared, Room.method, Other.size, room.size", 0),
    ],
)
def test_what_counts_as_read(text: str, lines: int) -> None:
    modules = (
        "class Room(msgspec.Struct):\n  size: int = 1\n  shared: ClassVar[int] = 2\n  def method(self): ...",
        "class Growth(rooms.Room, frozen=True):\n  more: int = 1",
        "class Twin(Struct):\n  first: int = 1",
        "class Twin(Growth):\n  second: int = 1",
        "class Other:\n  size: int = 1",
    )
    assert len(list(defaults_read(ast.parse(text), fields_of(map(ast.parse, modules))))) == lines


def trees(folder: Path) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(folder.rglob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def defaults_read(tree: ast.Module, fields: Fields) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in fields.get(bare(node.value), ()):
            yield f"{node.lineno} {ast.unparse(node)}"


def fields_of(modules: Iterable[ast.Module]) -> Fields:
    """The structs among all classes, and what is a struct by its bases, however far."""
    classes = [node for tree in modules for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    found: dict[str, frozenset[str]] = {"Struct": frozenset()}
    grown = True
    while grown:
        grown = False
        for node in classes:
            bases = [bare(base) for base in node.bases]
            if not found.keys() & bases:
                continue
            own = frozenset(
                part.target.id
                for part in node.body
                if isinstance(part, ast.AnnAssign)
                and isinstance(part.target, ast.Name)
                and bare(part.annotation) != "ClassVar"
            )
            known = found.get(node.name)
            fields = (known or frozenset()).union(own, *(found.get(base, ()) for base in bases))
            if fields != known:
                found[node.name], grown = fields, True
    return found


def bare(node: ast.expr) -> str:
    """The last part of a dotted name; empty for anything else."""
    if isinstance(node, ast.Subscript):  # a generic base
        node = node.value
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
