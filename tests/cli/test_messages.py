"""Progress and warnings on a terminal."""

from __future__ import annotations

import io

import click
import pytest

from kubectl_ddfargate.cli.messages import Messages


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def capable(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal as people have it, wherever the tests run."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("COLUMNS", raising=False)


def shown(text: str) -> list[str]:
    """What a person would see in the end: each line after its last rewriting."""
    return [line.rsplit("\r\x1b[K", 1)[-1] for line in text.split("\n")]


def test_progress_is_one_line_that_goes_away() -> None:
    stream = Terminal()
    with Messages(stream) as messages:
        messages.progress("reading pods")
        messages.progress("reading services")
        assert "reading services" in shown(stream.getvalue())
    assert shown(stream.getvalue()) == [""]


def failing(messages: Messages) -> None:
    """Something goes wrong while progress is shown."""
    messages.progress("reading pods")
    raise RuntimeError


def test_progress_goes_away_when_something_fails() -> None:
    stream = Terminal()
    with pytest.raises(RuntimeError), Messages(stream) as messages:
        failing(messages)
    assert shown(stream.getvalue()) == [""]


def test_a_warning_takes_the_place_of_the_progress() -> None:
    stream = Terminal()
    with Messages(stream) as messages:
        messages.progress("reading pods")
        messages.warn("old\x1b[2J")
        messages.warn("old\x1b[2J")
    line, rest = shown(stream.getvalue())
    assert line.endswith("old?[2J")
    assert rest == ""


def test_a_dumb_terminal_gets_no_line_that_would_have_to_go_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    stream = Terminal()
    with Messages(stream) as messages:
        messages.progress("reading pods")
        messages.warn("old")
    assert stream.getvalue() == "Warning: old\n"


def test_progress_never_fills_the_line_and_a_warning_breaks_no_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "50")
    stream = Terminal()
    with Messages(stream) as messages:
        messages.progress("reading " * 20)
        assert len(shown(stream.getvalue())[-1]) < 50
        messages.warn("of the server about something old, with many words")
    lines = [click.unstyle(line) for line in shown(stream.getvalue())]
    assert lines[-3:-1] == ["Warning: of the server about something old, with", "         many words"]


def test_nothing_is_shown_where_nobody_watches() -> None:
    stream = io.StringIO()
    with Messages(stream) as messages:
        messages.progress("reading pods")
    assert stream.getvalue() == ""
