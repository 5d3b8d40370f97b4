"""What is said of YAML that cannot be read: place and next step, and nothing of what stands there."""

from __future__ import annotations

import pytest

from kubectl_ddfargate.cluster.yaml_text import load_yaml
from kubectl_ddfargate.errors import KubeconfigError
from tests.cluster import canary


@pytest.mark.parametrize(
    ("text", "place", "problem", "step"),
    [
        ("a: @x", "1, column 4", "no value can begin", "quote a value"),
        ("a: b: c", "1, column 5", "a colon stands where no key can be", "quote a value"),
        ("a: 1\n  b: 2", "2, column 4", "a colon stands", "indentation of its block"),
        ("a: !x y", "1, column 4", "a tag that is not allowed", "begins with `!`"),
        ("a: *x", "1, column 4", "begins with `*`", "quote the value"),
        ("a: 'x", "1, column 6", "a quoted text is not closed", "close the quotes"),
        ("a: [1, 2\nb: 3", "2, column 2", "lacks a comma", "brackets"),
        ("a: [}", "1, column 5", "something that is no value", "brackets"),
        ("a:\n  - 1\n b: 2", "3, column 2", "the indentation changes", "like the keys before"),
        ('a: "\\q"', "1, column 5", "a backslash", "single quotes"),
        ("- a\nb: 1", "2, column 1", "a list ends", "begin that line with"),
        ("? [a]\n: 1", "1, column 3", "its structure breaks off there", "the one before it"),
    ],
)
def test_a_sentence_with_place_and_next_step(text: str, place: str, problem: str, step: str) -> None:
    with pytest.raises(KubeconfigError) as caught:
        load_yaml(text.encode(), name="the file")
    assert caught.value.message.startswith(f"the file line {place} is not valid YAML: ")
    assert problem in caught.value.message
    assert caught.value.hint is not None
    assert step in caught.value.hint


@pytest.mark.parametrize("sign", ["!", "*", "&a !", "@"])
@pytest.mark.parametrize("value", canary.ALL)
def test_no_piece_of_a_value_is_repeated(sign: str, value: str) -> None:
    with pytest.raises(KubeconfigError) as caught:
        load_yaml(f"token: {sign}{value}".encode(), name="the file")
    assert canary.found_in(f"{caught.value} {caught.value.hint}".encode()) == []


def test_what_is_no_text_at_all() -> None:
    with pytest.raises(KubeconfigError, match="not text that YAML allows"):
        load_yaml(b"a: \x01", name="the file")
