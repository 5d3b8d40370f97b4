"""Why a policy that is in force does not act on a workload (303–305, 316, 317)."""

from __future__ import annotations

import json
from collections.abc import Sequence

from kubectl_ddfargate.checks.injection import WITH_KYVERNO
from kubectl_ddfargate.checks.registry import Problem, check
from kubectl_ddfargate.checks.remedies import kubectl
from kubectl_ddfargate.checks.subjects import each_workload
from kubectl_ddfargate.facts.fargate import Workload
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.injection_faults import injection_faults
from kubectl_ddfargate.facts.kyverno_exclusions import exclusion_fix
from kubectl_ddfargate.facts.policy_faults import FaultKind, InjectionFault
from kubectl_ddfargate.model.report import Category, Evidence, Fix, Severity


def _found(index: Index, workload: Workload, kind: FaultKind) -> list[InjectionFault]:
    return [one for one in injection_faults(index, workload) if one.kind is kind]


def _seen(faults: Sequence[InjectionFault]) -> tuple[Evidence, ...]:
    shown = {
        (one.object, one.path): Evidence(
            object=one.object, path=one.path, observed=one.observed, expected=one.expected
        )
        for one in faults
    }
    return tuple(shown.values())


def _kept_out(index: Index, workload: Workload, kind: FaultKind, what: str) -> Problem | None:
    """The problem where Kyverno itself keeps its policies from a workload; `{policies}` in `what` names them."""
    faults = _found(index, workload, kind)
    if not faults:
        return None
    names = ", ".join(dict.fromkeys(one.policy.called for one in faults))
    return Problem(message=what.format(policies=names), evidence=_seen(faults), fix=_open(index, workload, faults))


def _open(index: Index, workload: Workload, faults: Sequence[InjectionFault]) -> Fix:
    """The smallest change of Kyverno's ConfigMap; for Helm the values that come to the same beside it.

    Where no change of it helps, the command shows what leaves the workload out.
    """
    found = exclusion_fix(index, [workload.ref.namespace])
    if found is None:
        return Fix(commands=(kubectl(index, "get", *faults[0].object.split(), "-o", "yaml"),))
    body = json.dumps({"data": dict(found.after)}, separators=(",", ":"))
    where = (found.ref.name, "-n", found.ref.namespace)
    command = kubectl(index, "patch", "configmap", *where, "--type", "merge", "-p", body)
    patch = f"# the values of Kyverno's chart that come to the same\n{found.helm_values}" if found.helm else None
    return Fix(commands=(command,) if found.after else (), patch=patch)


@check(
    "DDF303",
    "Kyverno's filters let the workloads through",
    trouble="Kyverno's filters drop the workloads",
    severity=Severity.ERROR,
    category=Category.INJECTION,
    over=each_workload,
    needs=WITH_KYVERNO,
)
def not_filtered(index: Index, workload: Workload) -> Problem | None:
    """Kyverno's `resourceFilters` drop the workload's namespace.

    Symptom: the policy is ready and matches, new pods have no agent, and Kyverno says nothing above log level 4.
    Why: Kyverno's chart filters kube-system, kube-public, kube-node-lease and its own namespace out of everything.
    Verified: the ConfigMap that Kyverno reads, by Kyverno's own grammar, for workloads without an agent that a
        policy is meant for.
    Fix: `kubectl ddfargate install --fix-kyverno-exclusions`. By hand: take the entry out; it opens the namespace
        to every policy there is.
    Sources: https://kyverno.io/docs/installation/customization/#resource-filters
    """
    what = f"Kyverno's resourceFilters drop {workload.ref.namespace}, so {{policies}} never sees its pods"
    return _kept_out(index, workload, FaultKind.FILTERED, what)


@check(
    "DDF304",
    "Webhooks that inject are called for the workloads",
    trouble="The engine's webhook is not called for the workloads",
    severity=Severity.ERROR,
    category=Category.INJECTION,
    over=each_workload,
    needs=WITH_KYVERNO,
)
def not_shut_out(index: Index, workload: Workload) -> Problem | None:
    """The selectors of Kyverno's webhook leave the workload out.

    Symptom: the policy is ready and matches, and new pods have no agent.
    Why: since 1.12 Kyverno's chart puts a namespaceSelector that leaves out kube-system on all of its webhooks; a
        policy's own selector cannot undo it. From 1.16 to 1.18 policies shared one webhook with the selector of
        the last of them.
    Verified: the key `webhooks` of Kyverno's ConfigMap and the live webhook configuration, both.
    Fix: `kubectl ddfargate install --fix-kyverno-exclusions`. By hand: take the namespace out of the selector.
    Sources: https://kyverno.io/docs/installation/platform-notes/; kyverno/kyverno issue 15344
    """
    what = f"the webhook behind {{policies}} is not called for pods of {workload.ref.namespace}"
    return _kept_out(index, workload, FaultKind.SHUT_OUT, what)


@check(
    "DDF305",
    "Kyverno looks at pods that controllers make",
    trouble="Kyverno leaves out pods that controllers make",
    severity=Severity.ERROR,
    category=Category.INJECTION,
    over=each_workload,
    needs=WITH_KYVERNO,
)
def requester_is_seen(index: Index, workload: Workload) -> Problem | None:
    """Kyverno's `excludeGroups` or `excludeUsernames` names the controller that makes the pods.

    Symptom: a pod that a person makes gets its agent, and one that a Deployment makes does not.
    Why: it is the ReplicaSet controller that asks for the pod, as a ServiceAccount of kube-system. Kyverno before
        1.10 left its group out by default, and ConfigMaps are kept over upgrades.
    Verified: both keys of the ConfigMap against the names and groups of the controllers. A dry-run in the caller's
        own name would not show it.
    Fix: `kubectl ddfargate install --fix-kyverno-exclusions`. By hand: take the entry out.
    Sources: kyverno/kyverno issue 6231; https://kyverno.io/docs/installation/customization/
    """
    what = "Kyverno leaves out the controller that makes the pods, so {policies} never sees them"
    return _kept_out(index, workload, FaultKind.REQUESTER, what)


@check(
    "DDF316",
    "Native policies go by what pods have when they run",
    trouble="A native policy waits for what comes after it",
    severity=Severity.ERROR,
    category=Category.INJECTION,
    over=each_workload,
    needs=WITH_KYVERNO,
)
def not_too_early(index: Index, workload: Workload) -> Problem | None:
    """A MutatingAdmissionPolicy goes by a mark that Fargate's own webhook adds later, so it never fires.

    Symptom: the policy is bound, its selector fits the living pods, and no new pod has an agent.
    Why: the server runs its own policies before all webhooks, and one that did not match the first time is not
        asked again.
    Verified: the policy's selector and conditions against the labels of templates.
    Fix: `kubectl ddfargate install` goes by labels of the templates. By hand: select by a label of the template.
    Sources: kubernetes/kubernetes pkg/kubeapiserver/options/plugins.go
    """
    return _by_policy(index, workload, FaultKind.TOO_EARLY, "goes by a mark that pods get only after it has run")


@check(
    "DDF317",
    "Policies patch in a form that the server takes",
    trouble="A policy patches in a form that the server refuses",
    severity=Severity.ERROR,
    category=Category.INJECTION,
    over=each_workload,
    needs=WITH_KYVERNO,
)
def form_is_taken(index: Index, workload: Workload) -> Problem | None:
    """An apply configuration sets fields that it may only take or leave as a whole.

    Symptom: `may not mutate atomic arrays, maps or structs`: with `failurePolicy: Ignore` a pod without an agent,
        with `Fail` no pod at all.
    Why: `secretKeyRef`, `fieldRef`, `envFrom`, `args` and `command` are atomic, and an agent needs them.
    Verified: the text of the policy's mutations, as far as names of fields go.
    Fix: `kubectl ddfargate install` patches by jsonPatch. By hand: write the mutation as a jsonPatch.
    Sources: kubernetes/kubernetes staging/src/k8s.io/apiserver/pkg/admission/plugin/policy/mutating/patch/smd.go;
        kyverno/kyverno issue 15094
    """
    return _by_policy(
        index, workload, FaultKind.FORM, "sets in an apply configuration what only a jsonPatch may set"
    )


def _by_policy(index: Index, workload: Workload, kind: FaultKind, what: str) -> Problem | None:
    faults = _found(index, workload, kind)
    if not faults:
        return None
    policy = faults[0].policy
    return Problem(
        message=f"{policy.called} {what}",
        evidence=_seen(faults),
        fix=Fix(commands=(kubectl(index, "edit", f"{policy.kind.resource}/{policy.policy.name}"),)),
    )
