"""Opens a gateway from what the user typed. Imports the rest only then."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.model.connection import ConnectionFlags


def connect(
    flags: ConnectionFlags,
    *,
    trace: Path | None = None,
    warn: Callable[[str], None] = lambda text: None,  # noqa: ARG005
    pause: Callable[[float], None] = time.sleep,
) -> Gateway:
    """A gateway to the cluster that the flags and the kubeconfig name. No request is sent yet.

    `warn` is told the API server's warnings and our own. `pause` waits before a request is repeated.
    Raises KubeconfigError, CredentialsError, UsageError.
    """
    from kubectl_ddfargate.cluster.credentials import source_of
    from kubectl_ddfargate.cluster.target import resolve_target

    target = resolve_target(flags, warn=warn)
    source = source_of(target, flags, warn=warn)
    # Only now: a broken kubeconfig should not wait for urllib3.
    from kubectl_ddfargate.cluster.api_warnings import ApiWarnings
    from kubectl_ddfargate.cluster.trace import Trace
    from kubectl_ddfargate.cluster.transport import Transport

    log = Trace(trace) if trace is not None else None
    return Gateway(target, Transport(target, source, warnings=ApiWarnings(warn), trace=log, pause=pause), log)
