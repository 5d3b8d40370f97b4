"""What PyYAML finds wrong, as a sentence and a next step.

Never its own words: they repeat tags, aliases and characters, which may be a piece of a credential that was written
without quotes. The words that are looked for are those of both of its parsers.
"""

from __future__ import annotations

_TABLE: tuple[tuple[str, str, str], ...] = (
    (
        "cannot start any token",
        "a tab or another character stands where no value can begin",
        "indent that line with spaces, and quote a value that begins with @, ` or %",
    ),
    (
        "mapping values are not allowed",
        "a colon stands where no key can be",
        "quote a value that holds `: `, or give that line the indentation of its block",
    ),
    (
        "constructor for the tag",
        "a value has a tag that is not allowed here",
        "remove the tag from that line, or quote the value that begins with `!`",
    ),
    (
        "undefined alias",
        "a value begins with `*`, which refers to an anchor that is not there",
        "quote the value of that line",
    ),
    (
        "unexpected end of stream",
        "a quoted text is not closed",
        "close the quotes that are opened on that line or before it",
    ),
    (
        "expected ','",
        "a list or mapping in brackets is not closed, or lacks a comma",
        "correct the brackets of that line or before it",
    ),
    (
        "node content",
        "a list or mapping in brackets holds something that is no value",
        "correct the brackets of that line",
    ),
    (
        "could not find expected ':'",
        "a key has no colon",
        "write that line as `key: value`",
    ),
    (
        "unknown escape character",
        "a text in double quotes holds a backslash that means nothing",
        "write that line with single quotes, or the backslash twice",
    ),
    (
        "expected key",
        "the indentation changes within a block",
        "indent that line like the keys before it",
    ),
    (
        "block end",
        "the indentation changes within a block",
        "indent that line like the keys before it",
    ),
    (
        "expected '-' indicator",
        "a list ends where another entry should be",
        "begin that line with `- `, or indent it like the entry before",
    ),
)
_OTHER = ("its structure breaks off there", "look at that line and the one before it")


def explained(problem: str | None) -> tuple[str, str]:
    """What is wrong, and what to do; something general for what the table does not know."""
    for words, sentence, step in _TABLE:
        if words in (problem or ""):
            return sentence, step
    return _OTHER
