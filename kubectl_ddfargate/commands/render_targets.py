"""The targets of `render` without a cluster: all that a cluster would tell of them stands in the settings."""

from __future__ import annotations

from kubectl_ddfargate.commands.render_missing import Missing
from kubectl_ddfargate.errors import UsageError
from kubectl_ddfargate.model.design import TargetWorkload
from kubectl_ddfargate.model.kinds import ENDING
from kubectl_ddfargate.model.settings import InstallSettings, TargetSettings
from kubectl_ddfargate.resolve.named_target import full_kind, parse_target


def targets_from(settings: InstallSettings, missing: Missing, *, labels_needed: bool) -> tuple[TargetWorkload, ...]:
    """The targets as the settings name them, in order; what an entry lacks is noted.

    Raises UsageError for a text that names no workload.
    """
    if not settings.targets:
        missing.text(None, key="targets", what="workloads, each with namespace, kind, name, labels, serviceAccount")
        return ()
    found = []
    for number, entry in enumerate(settings.targets):
        said = _parsed(entry)
        kind, key = full_kind(said.kind), f"targets[{number}]"
        address = f"of {said.namespace}/{kind.lower()}/{said.name}"
        if labels_needed and not said.labels:
            missing.text(None, flag="--pod-label", key=f"{key}.labels", what=f"{address}: those of its template")
        if settings.kubelet_rights is not False:
            missing.text(said.service_account, key=f"{key}.serviceAccount", what=address)
        found.append(
            TargetWorkload(
                namespace=said.namespace,
                kind=kind,
                name=said.name,
                labels=tuple(sorted((said.labels or {}).items())),
                service_account=said.service_account or "default",
                ends=kind in ENDING,
            )
        )
    return tuple(sorted(found))


def _parsed(entry: str | TargetSettings) -> TargetSettings:
    if isinstance(entry, TargetSettings):
        return entry
    try:
        return parse_target(entry)
    except ValueError as error:
        raise UsageError(str(error), hint="correct --target") from error
