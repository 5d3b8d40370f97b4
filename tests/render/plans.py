"""Plans to render: what `install` and `uninstall` would show."""

from __future__ import annotations

from typing import Any

from kubectl_ddfargate.manifests import desired_objects
from kubectl_ddfargate.model.plan import (
    Change,
    Note,
    NoteLevel,
    Op,
    Plan,
    PlannedObject,
    PlannedTarget,
    ValueOrigin,
)
from kubectl_ddfargate.plan.compare import blocked, change_for, conflict, unvalidated
from tests.manifests.designs import design
from tests.plan.objects import desired, ours, secret, service

SERVER = "https://ABCDEF.gr7.eu-central-1.eks.amazonaws.com"
HELM = (("helm", (".spec.ports",)),)
OBJECTS = desired_objects(design("MutatingPolicy"))
ROLE = next(one for one in OBJECTS if one.ref.kind == "ClusterRole")


def plan(*changes: Change, **more: Any) -> Plan:
    """A plan of the cluster prod-eu."""
    return Plan(context="prod-eu", server=SERVER, changes=changes, **more)


def same() -> Plan:
    """Nothing to do."""
    return plan(
        change_for(desired(), service(**ours()), service(**ours())),
        injector="kyverno",
        injector_why="it injects these workloads already",
        address="172.20.0.53 (kept)",
    )


def full() -> Plan:
    """All that a plan can show, and nothing that stops it."""
    before, after = secret(token="32-or-more 1"), secret(token="32-or-more 2")
    goes = PlannedObject(
        api_version="kyverno.io/v1", kind="ClusterPolicy", namespace="", name="add-datadog-sidecar"
    )
    return plan(
        change_for(desired(), None, service(**ours())),
        change_for(desired(), service(443, **ours()), service(**ours())),
        change_for(desired(after), before, after),
        unvalidated(ROLE),
        Change(object=goes, op=Op.DELETE, why="replaced; kept in ./add.backup.yaml", backup="./add.backup.yaml"),
        injector="kyverno",
        injector_why="it injects these workloads already",
        address="172.20.0.53 (static band 172.20.0.1–172.20.1.0, free)",
        targets=(
            PlannedTarget(
                namespace="kube-system",
                kind="Deployment",
                name="coredns",
                pods=2,
                rule="label k8s-app=kube-dns",
                size_today="0.25/0.5",
                size_with_agent="0.5/1",
            ),
            PlannedTarget(
                namespace="shop",
                kind="Deployment",
                name="web",
                pods=9,
                rule="label app=web",
                size_today="0.5/2",
                size_with_agent="0.5/2",
            ),
            PlannedTarget(namespace="shop", kind="StatefulSet", name="db", pods=0, rule="label app=db"),
            PlannedTarget(
                namespace="shop", kind="StatefulSet", name="big", pods=1, rule="label app=big", size_today="16/120"
            ),
        ),
        notes=(
            Note(
                level=NoteLevel.WARNING, text="opening kube-system opens it to every policy", values="a:\n  b: 1\n"
            ),
            Note(
                level=NoteLevel.INFO, text="the add-on can give all pods one label", commands=("aws eks x --y 'z'",)
            ),
        ),
        origins=(
            ValueOrigin(name="site", value="datadoghq.eu", source="--site"),
            ValueOrigin(name="clusterAgent.ip", value="172.20.0.53", source="default"),
        ),
        cures=("DDF101", "DDF306"),
        restarts=("deployment/web -n shop", "deployment/coredns -n kube-system"),
    )


def stopped() -> Plan:
    """A plan that must not be applied."""
    return plan(
        conflict(desired(), service(), HELM),
        blocked(ROLE, "spec.clusterIPs[0]: Invalid value: may not change once set"),
        notes=(
            Note(level=NoteLevel.BLOCK, text="you lack these rights: patch services -n datadog"),
            Note(level=NoteLevel.WARNING, text="a note that comes first"),
        ),
    )


def leaving() -> Plan:
    """An uninstall."""
    refs = [one.ref for one in OBJECTS[:1]]
    return plan(
        *(
            Change(
                object=PlannedObject(
                    api_version=ref.api_version, kind=ref.kind, namespace=ref.namespace, name=ref.name
                ),
                op=Op.DELETE,
                why="ours; kept while a running pod refers to it",
            )
            for ref in refs
        ),
        action="uninstall",
    )
