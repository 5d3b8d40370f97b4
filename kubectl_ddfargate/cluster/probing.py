"""Runs the probe inside agents' containers, with what the image has. Trusts nothing of what comes back."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kubectl_ddfargate.cluster.collect.reading import SOFT
from kubectl_ddfargate.cluster.exec_session import Ran, run
from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.errors import DdfargateError, ForbiddenError
from kubectl_ddfargate.facts.heard import AFTER
from kubectl_ddfargate.model.kube.agent_words import (
    ANSWERED,
    EXEC,
    FAILED,
    OK,
    PROBE_SECONDS,
    SILENT,
    UNTESTABLE,
    UNTESTED,
    Probe,
    ProbeStep,
)
from kubectl_ddfargate.model.probe import ProbeTarget
from kubectl_ddfargate.model.secret_words import without_secrets
from kubectl_ddfargate.model.snapshot import Unread

STEPS = ("endpoint", "proxy", "resolve", "tcp", "tls", "version", "kubelet")
PARALLEL = 4
PYTHON = "/opt/datadog-agent/embedded/bin/python3"
"""The agent's own (DataDog/datadog-agent Dockerfiles/agent/Dockerfile)."""
IMAGE = "image"
NOTHING_TO_TEST_WITH = "not testable with what the image has: neither the agent's Python nor bash"
_DATA = Path(__file__).parent.parent / "data"
_NOT_THERE = re.compile(
    r"executable file not found|no such file or directory|OCI runtime exec failed", re.IGNORECASE
)
_RESULTS = frozenset({OK, FAILED, UNTESTED})


def python_script() -> str:
    """What runs in the container: our files as one, short enough for a URL. No comments, docstrings or types."""
    files = ("in_container_proxy.py", "in_container.py")
    trees = [ast.parse((_DATA / file).read_text(encoding="utf-8")) for file in files]
    for tree in trees:
        for node in ast.walk(tree):
            documented = isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
            if documented and ast.get_docstring(node) is not None:  # type: ignore[arg-type]
                node.body = node.body[1:]  # type: ignore[attr-defined]
            if isinstance(node, ast.FunctionDef):
                node.returns = None
            if isinstance(node, ast.arg):
                node.annotation = None
        tree.body = [node for node in tree.body if not _is_for_mypy(node)]
    text = "\n".join(ast.unparse(tree) for tree in trees)
    text = re.sub(r"(?m)^ +", lambda found: " " * (len(found[0]) // 4), text)
    return re.sub(r"\n+", "\n", text)


def _is_for_mypy(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in (
        "__future__",
        "typing",
        "kubectl_ddfargate",
    )


def bash_script() -> str:
    """The same for an image without Python, as far as bash can do it."""
    text = (_DATA / "in_container.sh").read_text(encoding="utf-8")
    return "\n".join(line for line in text.splitlines() if not line.startswith("#"))


def probe_all(gateway: Gateway, targets: Iterable[ProbeTarget]) -> tuple[list[Probe], list[Unread]]:
    """The probe in every container, a few at a time; what was refused is unread."""
    probes: list[Probe] = []
    unread: dict[Unread, None] = {}

    def one(target: ProbeTarget) -> None:
        try:
            probes.append(_probe(gateway, target))
        except SOFT as error:
            unread[_refused(target, error)] = None

    with ThreadPoolExecutor(PARALLEL, thread_name_prefix="probe") as pool:
        list(pool.map(one, targets))
    probes.sort(key=lambda probe: (probe.namespace, probe.pod, probe.container))
    return probes, list(unread)


def _probe(gateway: Gateway, target: ProbeTarget) -> Probe:
    for means, command in (
        ("python", [PYTHON, "-I", "-c", python_script()]),
        ("bash", ["bash", "-c", bash_script()]),
    ):
        ran = run(gateway, target.namespace, target.pod, target.container, command, seconds=PROBE_SECONDS)
        if _is_not_there(ran):
            continue
        steps = _steps(ran.stdout, means)
        if any(step.result != UNTESTED for step in steps):
            return _answer(target, ANSWERED, means=means, steps=steps)
        message = f"no answer within {PROBE_SECONDS} s" if ran.late else ran.message or ran.stderr or "no answer"
        return _answer(target, SILENT, message=message, means=means)
    return _answer(target, UNTESTABLE, message=NOTHING_TO_TEST_WITH)


def _is_not_there(ran: Ran) -> bool:
    """Runtimes say it by the shell's codes, or in words of their own."""
    return not ran.stdout and (ran.exit_code in (126, 127) or bool(_NOT_THERE.search(ran.message)))


def _steps(output: str, means: str) -> tuple[ProbeStep, ...]:
    """The steps that the output tells, in order; those that it does not tell are untested."""
    told: dict[str, ProbeStep] = {}
    for line in output.splitlines():
        mark, *fields = line.split("|", 4)
        if mark == "DDF" and len(fields) == 4 and fields[0] in STEPS and fields[1] in _RESULTS:
            told[fields[0]] = ProbeStep(step=fields[0], result=fields[1], code=fields[2], detail=fields[3])
    steps = []
    broken = False
    for name in STEPS:
        step = told.get(name) or _untested(name, means, broken=broken and name != "kubelet")
        broken = broken or step.result == FAILED
        steps.append(step)
    return tuple(steps)


def _untested(name: str, means: str, *, broken: bool) -> ProbeStep:
    if broken:
        return ProbeStep(step=name, code=AFTER, detail="an earlier step failed")
    reason = "not testable with what the image has" if means == "bash" else "the probe ended before"
    return ProbeStep(step=name, code=IMAGE, detail=f"{reason}: {name}")


def _answer(
    target: ProbeTarget, outcome: str, *, message: str = "", means: str = "", steps: tuple[ProbeStep, ...] = ()
) -> Probe:
    return Probe(
        namespace=target.namespace,
        pod=target.pod,
        container=target.container,
        outcome=outcome,
        message=message,
        means=means,
        steps=steps,
    )


def _refused(target: ProbeTarget, error: DdfargateError) -> Unread:
    if isinstance(error, ForbiddenError):
        return Unread(resource=EXEC, verb="create", namespace=target.namespace, reason="forbidden")
    reason = without_secrets(error.message)
    return Unread(resource=EXEC, verb="create", namespace=target.namespace, name=target.pod, reason=reason)
