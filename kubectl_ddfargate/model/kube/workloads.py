"""What a user edits: Deployments, StatefulSets, Jobs, CronJobs; and ReplicaSets, which lead to them."""

from __future__ import annotations

import msgspec

from kubectl_ddfargate.model.kube.meta import LabelSelector, Object, Record
from kubectl_ddfargate.model.kube.pods import PodTemplate


class RollingUpdate(Record, frozen=True):
    """How many pods may be beyond, or missing from, the wanted number while they are replaced."""

    max_surge: int | str | None = None
    max_unavailable: int | str | None = None
    partition: int | None = None
    """Of a StatefulSet: pods below this number are left as they are."""


class Strategy(Record, frozen=True):
    """How pods are replaced when the template changes."""

    type: str | None = None
    rolling_update: RollingUpdate | None = None


class WorkloadSpec(Record, frozen=True):
    """`spec` of a Deployment, StatefulSet, DaemonSet or Job."""

    replicas: int | None = None
    selector: LabelSelector | None = None
    paused: bool | None = None
    strategy: Strategy | None = None
    """Of a Deployment."""
    update_strategy: Strategy | None = None
    """Of a StatefulSet."""
    template: PodTemplate = msgspec.field(default_factory=PodTemplate)


class TemplateOwner(Object, frozen=True):
    """A Deployment, StatefulSet or Job."""

    spec: WorkloadSpec = msgspec.field(default_factory=WorkloadSpec)


class JobTemplate(Record, frozen=True):
    """`spec.jobTemplate` of a CronJob."""

    spec: WorkloadSpec = msgspec.field(default_factory=WorkloadSpec)


class CronJobSpec(Record, frozen=True):
    """`spec` of a CronJob."""

    job_template: JobTemplate = msgspec.field(default_factory=JobTemplate)


class CronJob(Object, frozen=True):
    """A CronJob."""

    spec: CronJobSpec = msgspec.field(default_factory=CronJobSpec)


class Owned(Object, frozen=True):
    """Any object of which only the metadata is read (ReplicaSets)."""
