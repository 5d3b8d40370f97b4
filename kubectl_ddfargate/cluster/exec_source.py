"""Keeps what a credential plugin answered, and says when it must run again. One plugin, many threads."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from kubectl_ddfargate.cluster.exec_plugin import ExecCommand, run_plugin
from kubectl_ddfargate.cluster.identity import Identity
from kubectl_ddfargate.cluster.plugin_policy import PluginPolicy


class ExecSource:
    """Runs the plugin at the first request, again past its expiry, and once after a 401."""

    def __init__(self, command: ExecCommand, policy: PluginPolicy, *, now: Callable[[], float] = time.time) -> None:
        self._command = command
        self._policy = policy
        self._now = now
        self._lock = threading.Lock()
        self._identity: Identity | None = None
        self._ends: float | None = None
        self._known_good: Identity | None = None
        self._renewed: Identity | None = None

    def current(self) -> Identity:
        """The identity; other threads wait while the plugin runs. Raises CredentialsError."""
        with self._lock:
            if self._identity is None or (self._ends is not None and self._now() > self._ends):
                self._identity, self._ends = run_plugin(self._command, self._policy)
            return self._identity

    def renew(self, refused: Identity) -> bool:
        """Run the plugin again, unless another thread already did, or its last rerun was refused as well."""
        with self._lock:
            if self._identity is not refused:
                return True
            if refused is self._renewed and refused is not self._known_good:
                return False
            self._identity, self._ends = run_plugin(self._command, self._policy)
            self._renewed = self._identity
            return True

    def accepted(self, identity: Identity) -> None:
        """Remember that this one works: when it is refused later, a rerun is worth it again."""
        self._known_good = identity
