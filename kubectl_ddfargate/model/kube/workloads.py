"""What a user edits: Deployments, StatefulSets, Jobs, CronJobs; and ReplicaSets, which lead to them."""

from __future__ import annotations

import msgspec

from kubectl_ddfargate.model.kube.meta import LabelSelector, Object, Record
from kubectl_ddfargate.model.kube.pods import PodTemplate


class WorkloadSpec(Record, frozen=True):
    """`spec` of a Deployment, StatefulSet, DaemonSet or Job."""

    replicas: int | None = None
    selector: LabelSelector | None = None
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
