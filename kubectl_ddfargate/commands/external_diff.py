"""KUBECTL_EXTERNAL_DIFF: another program shows the differences, as kubectl lets it.

It gets two folders, LIVE and MERGED, with one file an object; values of Secrets are not in them.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path

from kubectl_ddfargate.errors import ExitCode, UsageError
from kubectl_ddfargate.model.plan import Plan
from kubectl_ddfargate.plan.diffs import file_name, sides

# kubernetes/kubectl pkg/cmd/diff/diff.go: other words behind the program are left out
_WORD = re.compile(r"[a-zA-Z0-9-=]+")


def run_external_diff(plan: Plan, program: str) -> int:
    """Run it over the plan; its exit code as kubectl takes it. Raises UsageError where it cannot be started.

    What a diff cannot show (an object that goes, a plan that is blocked) is a difference all the same.
    """
    name, *more = program.split(" ")
    words = [word for word in more if _WORD.fullmatch(word)]
    with (
        tempfile.TemporaryDirectory(prefix="LIVE-") as live,
        tempfile.TemporaryDirectory(prefix="MERGED-") as merged,
    ):
        for change in plan.changes:
            one = change.object
            file = file_name(one.api_version, one.kind, one.namespace, one.name)
            for folder, text in zip((live, merged), sides(change.diff), strict=True):
                if text:
                    (Path(folder) / file).write_text(text, encoding="utf-8")
        try:
            code = subprocess.run([name, live, merged, *words], check=False).returncode  # noqa: S603 (the user's own)
        except OSError as error:
            raise UsageError(
                f"KUBECTL_EXTERNAL_DIFF: {name or 'no program'} cannot be started: {error.strerror}",
                hint="name a program on the PATH, or unset the variable",
            ) from error
    if code not in (0, 1):
        return ExitCode.NO_ANSWER
    return ExitCode.BAD if code or plan.blocked or plan.writes else ExitCode.GOOD
