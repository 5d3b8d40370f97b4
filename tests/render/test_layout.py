"""Where lines end on a terminal: words stay whole, and so does what is pasted."""

from __future__ import annotations

import shlex

import pytest

from kubectl_ddfargate.render.text.layout import Layout

COMMAND = "kubectl ddfargate restart --target shop/deployment/web --context prod-eu"
LINES = {
    "a result": "older than the policy: deployment/web -n shop (2 of 2 pods have another agent than today's)",
    "with a sign": "  ? deployment/web -n shop: it could not be told whether its pods are older than the policy",
    "numbered": "  12. deployment/web -n shop: 2 of 2 pods have another agent than today's, with another image",
    "an error": "error: policies need  create mutatingpolicies.policies.kyverno.io  which you lack",
}


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_a_line_goes_on_under_its_words(line: str) -> None:
    first, *rest = Layout(60).told(line)
    assert rest
    assert all(len(one) <= 60 for one in (first, *rest))
    assert " ".join([first, *rest]).split() == line.split()
    own = len(line) - len(line.lstrip())
    assert all(len(one) - len(one.lstrip()) > own for one in rest)


@pytest.mark.parametrize("line", [*LINES.values(), f"next: {COMMAND}", "a\nb"])
def test_in_a_pipe_nothing_changes(line: str) -> None:
    assert "\n".join(Layout(None).told(line)) == line


@pytest.mark.parametrize(
    "line",
    [
        f"next: {COMMAND}",
        f"  next: let it be told again: {COMMAND}; then look at what it says about all of the workloads",
        f"to roll them, and to take away what only they still use, next: {COMMAND}",
        f"    {COMMAND}",
        f"what mends it is in the page of the check (`{COMMAND}`), and nothing else than that mends it",
    ],
)
@pytest.mark.parametrize("width", [40, 76, 80])
def test_a_command_is_never_broken(line: str, width: int) -> None:
    lines = list(Layout(width).told(line))
    assert any(COMMAND in one for one in lines)
    assert " ".join(lines).split() == line.split()


def test_a_command_that_just_fits_the_terminal_is_not_broken_by_it_either() -> None:
    command = "kubectl ddfargate explain DDF101".ljust(79, "x")
    assert list(Layout(80).verbatim("fix", command, 6)) == ["      fix", f" {command}"]
    assert list(Layout(80).pasted("next:", command)) == ["next:", f" {command}"]
    assert list(Layout(86).pasted("next:", command)) == [f"next: {command}"]


def test_what_stands_under_its_label_always_stands_at_the_same_place() -> None:
    for length in (65, 68, 72):
        label, command = Layout(80).verbatim("fix", "kubectl apply -f ".ljust(length, "x"), 6)
        assert (label, command.index("kubectl")) == ("      fix", 8)


def test_joined_commands_end_a_line_only_where_a_shell_reads_on() -> None:
    restart, status = "kubectl rollout restart deployment/karpenter", "kubectl rollout status deployment/karpenter"
    cel = 'kubectl patch policy x -p \'{"expression": "has(a.b) && kube(a.b)"}\' --type merge --context prod-eu'
    assert list(Layout(80).verbatim("", f"{restart} && {status}", 6)) == [
        f"        {restart} &&",
        f"        {status}",
    ]
    (line,) = Layout(60).verbatim("", cel, 6)
    assert shlex.split(line) == shlex.split(cel)


def test_a_heredoc_is_left_as_it_is() -> None:
    text = "kubectl apply -f - <<'EOF'\n" + "a: " + "b " * 60 + "\nEOF"
    assert "\n".join(Layout(40).told(text)) == text


def test_each_line_of_a_comment_is_one() -> None:
    lines = list(Layout(40).commented("blocked: " + "words of a reason " * 6, 2))
    assert len(lines) > 2
    assert all(line.startswith("  # ") and len(line) <= 40 for line in lines)
