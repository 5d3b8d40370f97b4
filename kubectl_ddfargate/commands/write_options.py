"""How a command that writes goes about it."""

from __future__ import annotations

from typing import Literal

import msgspec

from kubectl_ddfargate.errors import UsageError

DEFAULT_TIMEOUT = 600.0
"""Fargate takes minutes to start a pod, and a workload has several."""


DEFAULT_SETTLE = 20
"""Seconds, for CoreDNS."""


class WriteOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The options that all writing commands share. A command without one of the flags has its default."""

    yes: bool = False
    """Nobody is asked."""
    dry_run: Literal["none", "client", "server"] = "none"
    wait: bool = True
    """Wait until the injection is in force, and prove it."""
    timeout: float = DEFAULT_TIMEOUT
    """Seconds: until the policy is in force, and for each workload that is restarted."""
    force_conflicts: bool = False
    """Take fields that another manager owns."""
    replace_existing: bool = False
    """Replace a policy of somebody else that injects the same workloads."""
    fix_kyverno_exclusions: bool = False
    """Change Kyverno's configuration where it hides the targets."""
    restart: bool = False
    """Roll the workloads whose pods are older than the policy."""
    settle: int = DEFAULT_SETTLE
    """Seconds for which a new CoreDNS pod must have been Ready before an old one goes."""
    typed: str = ""
    """The command as it was typed, without the connection's flags, to be printed with one more."""

    def again(self, flag: str, kubectl_flags: str) -> str:
        """The command with a further flag, to be pasted."""
        return " ".join(filter(None, (self.typed or "kubectl ddfargate install", flag, kubectl_flags)))


def refuse_impatience(options: WriteOptions) -> None:
    """Raise UsageError where no restart of CoreDNS could come to its end in the time that it is given."""
    if options.settle > options.timeout:
        raise UsageError(
            f"--settle {options.settle}s is longer than --timeout {options.timeout:g}s, so no CoreDNS pod could "
            "come up in time; nothing was written",
            hint="give a longer --timeout, or a shorter --settle",
        )
