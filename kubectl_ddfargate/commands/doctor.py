"""`doctor`: a live cluster, or a saved snapshot, to a report.

What judges is loaded when all has been read: a thread that loads it meanwhile holds up those that read and decode
(measured: as fast on 200 pods, a tenth slower on 10,000).
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from kubectl_ddfargate import __version__
from kubectl_ddfargate.cluster import connect
from kubectl_ddfargate.cluster.collect import Wanted, collect
from kubectl_ddfargate.errors import UsageError
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.model import prove_limits
from kubectl_ddfargate.model.connection import ConnectionFlags
from kubectl_ddfargate.model.prices import Prices
from kubectl_ddfargate.model.report import Report
from kubectl_ddfargate.model.snapshot import Snapshot
from kubectl_ddfargate.snapshot_file import load

if TYPE_CHECKING:
    from kubectl_ddfargate.checks import Check
    from kubectl_ddfargate.checks.suppressions import Decisions
    from kubectl_ddfargate.commands.assemble import Run

EXAMPLE = Path(__file__).parent.parent / "data" / "example.snapshot.gz"
"""The story's broken cluster, recorded from the test cluster (`make example-snapshot`)."""

Tell = Callable[[str], None]


class DoctorOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What to look at, and with which checks."""

    namespace: str | None = None
    """None: all namespaces."""
    selector: str | None = None
    checks: tuple[str, ...] = ()
    """Ids to run; all where empty."""
    skip_checks: tuple[str, ...] = ()
    prove: bool | None = None
    prove_limit: int | None = None
    """How many workloads are proved at most; the usual number where None."""
    logs: bool = False
    """Read what the agents log, for the checks DDF8nn."""
    service_cidr: str | None = None
    prices: Prices | None = None
    """What Fargate costs the user, by a file of theirs."""
    kubectl_flags: str = ""
    """The connection flags that a printed command must carry, quoted for a shell."""


def diagnose_live(
    flags: ConnectionFlags,
    options: DoctorOptions,
    *,
    decisions: Decisions | None = None,
    trace: Path | None = None,
    progress: Tell | None = None,
    warn: Tell = lambda text: None,  # noqa: ARG005
) -> Report:
    """Read a cluster and judge it. Raises DdfargateError where it cannot be asked."""
    started = time.monotonic()
    snapshot, requests = read_cluster(flags, options, trace=trace, progress=progress, warn=warn)
    from kubectl_ddfargate.commands.assemble import Run

    run = Run(started_at=snapshot.taken_at, started=started, requests=requests)
    return judge(snapshot, options, run, decisions)


def diagnose_file(path: Path, options: DoctorOptions, *, decisions: Decisions | None = None) -> Report:
    """Judge a saved snapshot; the report's time is when it was taken.

    Raises SnapshotFileError where it cannot be read.
    """
    from kubectl_ddfargate.commands.assemble import Run

    started = time.monotonic()
    _check_range(options.service_cidr)
    snapshot = load(path)
    if options.service_cidr:
        snapshot = msgspec.structs.replace(snapshot, service_cidr=options.service_cidr)
    return judge(snapshot, options, Run(started_at=snapshot.taken_at, started=started, requests=0), decisions)


def read_cluster(
    flags: ConnectionFlags,
    options: DoctorOptions,
    *,
    trace: Path | None,
    progress: Tell | None,
    warn: Tell,
) -> tuple[Snapshot, int]:
    """The Snapshot of a cluster, and how many requests it took. Raises UsageError for an unknown namespace."""
    _check_range(options.service_cidr)
    wanted = Wanted(
        namespace=options.namespace,
        selector=options.selector,
        prove=options.prove,
        prove_limit=prove_limits.USUAL if options.prove_limit is None else options.prove_limit,
        logs=options.logs,
        service_cidr=options.service_cidr,
        kubectl_flags=options.kubectl_flags,
        tool_version=__version__,
    )
    with connect(flags, trace=trace, warn=warn) as gateway:
        snapshot = collect(gateway, wanted, progress)
        if options.namespace:
            from kubectl_ddfargate.commands.named_workloads import refuse_unknown_namespace

            refuse_unknown_namespace(gateway, Index(snapshot), options.namespace)
        return snapshot, gateway.requests


def judge(snapshot: Snapshot, options: DoctorOptions, run: Run, decisions: Decisions | None = None) -> Report:
    """The report on a Snapshot, with the checks that the options choose. `decisions` are of a settings file."""
    from kubectl_ddfargate.checks.suppressions import NO_DECISIONS
    from kubectl_ddfargate.commands.assemble import assemble

    if options.prices is not None:
        snapshot = msgspec.structs.replace(snapshot, prices=options.prices)
    return assemble(snapshot, chosen_checks(options), run, decisions or NO_DECISIONS)


def chosen_checks(options: DoctorOptions) -> list[Check]:
    """The checks that the options leave. Raises UsageError where none is left."""
    from kubectl_ddfargate.checks import CHECKS

    chosen = [
        check
        for check in CHECKS
        if (not options.checks or check.id in options.checks) and check.id not in options.skip_checks
    ]
    if not chosen:
        raise UsageError("no check is left to run", hint="see: kubectl ddfargate checks")
    return chosen


def _check_range(text: str | None) -> None:
    for part in text.split(",") if text else ():
        try:
            ipaddress.ip_network(part.strip())
        except ValueError as error:
            raise UsageError(
                f"--service-cidr {part.strip()} is no range: {error}", hint="for example 172.20.0.0/16"
            ) from error
