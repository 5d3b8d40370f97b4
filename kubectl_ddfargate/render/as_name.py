"""One line per failing subject, as arguments that kubectl takes: made for xargs."""

from __future__ import annotations

from kubectl_ddfargate.model.report import Report, Severity
from kubectl_ddfargate.render.names import full_reference, namespace_flag
from kubectl_ddfargate.render.presentation import Presentation


def render(report: Report, presentation: Presentation) -> str:  # noqa: ARG001
    """Each subject of an error or a warning once, in the order of the findings. Nothing where all is well."""
    lines = dict.fromkeys(
        f"{namespace_flag(subject.namespace)} {full_reference(subject)}".strip()
        for finding in report.findings
        if finding.severity is not Severity.INFO and finding.suppressed_by is None
        for subject in finding.subjects
    )
    return "".join(f"{line}\n" for line in lines)
