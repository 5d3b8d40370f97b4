"""Access (0): can doctor see what it needs, and is there anything to see."""

from __future__ import annotations

import re

from kubectl_ddfargate.checks.registry import Problem, check
from kubectl_ddfargate.checks.remedies import kubectl
from kubectl_ddfargate.checks.subjects import WholeCluster, the_cluster
from kubectl_ddfargate.facts.fargate import fargate_workloads
from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.facts.injectors import has_fargate_webhook
from kubectl_ddfargate.model.fargate_marks import PROFILE_LABEL, SCHEDULER
from kubectl_ddfargate.model.kinds import KINDS, NAMESPACES, PODS, WEBHOOKS
from kubectl_ddfargate.model.report import Category, Evidence, Fix, Severity
from kubectl_ddfargate.model.snapshot import Unread

OLDEST = 30
NEWEST_TESTED = 36


@check(
    "DDF001",
    "The API server is of a version that doctor knows",
    trouble="The API server is of a version that doctor does not know",
    severity=Severity.ERROR,
    category=Category.ACCESS,
    over=the_cluster,
)
def server_version(index: Index, _: WholeCluster) -> Problem | None:
    """The server is older than doctor can judge, serves less than it needs, or is newer than any tested.

    Symptom: findings may be wrong or missing for reasons of version alone.
    Why: below 1.30 the API lacks fields and groups that the facts rest on. A newer server than the newest
        tested one will mostly be right, so that is a warning only.
    Verified: `/version`, and the groups that discovery lists.
    Fix: upgrade the cluster, or install a newer kubectl ddfargate.
    Sources: https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html
    """
    version = index.snapshot.server_version
    if version is None:
        raise NotReadError(Unread(resource="/version", verb="get", reason="no answer"))
    minor = int(re.sub(r"\D", "", version.minor) or 0)
    shown = version.git_version or f"{version.major}.{version.minor}"
    if version.major == "1" and minor < OLDEST:
        return Problem(
            message=f"the API server is {shown}; doctor needs 1.{OLDEST} or later",
            evidence=(_seen("version", shown, f"1.{OLDEST} or later"),),
            fix=Fix(commands=(kubectl(index, "version"),)),
        )
    groups = index.snapshot.groups
    if groups is None:
        raise NotReadError(next(entry for entry in index.snapshot.unread if entry.resource.startswith("/api")))
    lacking = sorted({kind.api_version for kind in KINDS if not kind.optional and kind.api_version not in groups})
    if lacking:
        return Problem(
            message=f"the API server does not list {', '.join(lacking)}",
            evidence=(_seen("discovery", "not listed", ", ".join(lacking)),),
            fix=Fix(commands=(kubectl(index, "api-versions"),)),
        )
    if version.major != "1" or minor > NEWEST_TESTED:
        return Problem(
            message=f"the API server is {shown}; the newest version tested is 1.{NEWEST_TESTED}",
            evidence=(_seen("version", shown, f"1.{OLDEST} to 1.{NEWEST_TESTED}"),),
            fix=Fix(commands=("kubectl krew upgrade ddfargate",)),
            severity=Severity.WARNING,
        )
    return None


def _seen(path: str, observed: str, expected: str) -> Evidence:
    return Evidence(object="the API server", path=path, observed=observed, expected=expected)


@check(
    "DDF002",
    "There are Fargate pods",
    trouble="There are no Fargate pods",
    severity=Severity.INFO,
    category=Category.ACCESS,
    over=the_cluster,
    needs=(PODS, NAMESPACES, WEBHOOKS),
)
def fargate_pods(index: Index, _: WholeCluster) -> Problem | None:
    """No pod runs on Fargate where doctor looked, so there is nothing to judge.

    Symptom: all other checks are skipped.
    Why: either the cluster has no Fargate profile, or no pod matches one, or the namespace or selector given
        leaves them out.
    Verified: pods with the label `eks.amazonaws.com/fargate-profile` and `schedulerName: fargate-scheduler`; and
        whether the webhook that sets them is registered, which is so once a cluster has a profile.
    Fix: look at all namespaces, and at the profiles of the cluster.
    Sources: https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html
    """
    if fargate_workloads(index):
        return None
    scope = index.snapshot.scope
    where = f"namespace {scope.namespace}" if scope.namespace else "all namespaces"
    chosen = f" with selector {scope.selector}" if scope.selector else ""
    try:
        webhook = "is there" if has_fargate_webhook(index) else "is not there: no profile was ever active"
    except NotReadError as error:
        webhook = f"could not be looked for: {error}"
    if scope.namespace and not _exists(index, scope.namespace):
        where += ", which does not exist"
    searched = f"label {PROFILE_LABEL} and schedulerName {SCHEDULER} in {where}{chosen}"
    return Problem(
        message=f"no pod runs on Fargate in {where}{chosen}; the webhook that marks pods for Fargate {webhook}",
        evidence=(_seen("pods", "none", searched),),
        fix=Fix(commands=(kubectl(index, "get", "pods", "-A", "-l", PROFILE_LABEL),)),
    )


def _exists(index: Index, namespace: str) -> bool:
    """Whether a namespace exists, or may exist."""
    try:
        return index.get(NAMESPACES, "", namespace) is not None
    except NotReadError:
        return True
