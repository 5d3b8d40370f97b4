"""Rights of the agents towards the API server and the kubelet (501, 502)."""

from __future__ import annotations

from kubectl_ddfargate.checks.registry import Problem, check
from kubectl_ddfargate.checks.remedies import MANAGED_BY, apply, kubectl, rolled_out
from kubectl_ddfargate.checks.subjects import each_agent, each_agent_now_or_next
from kubectl_ddfargate.facts.agents import TOKEN_PATH, AgentGroup, has_token
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.injection import injected_by
from kubectl_ddfargate.facts.kubelet_rights import RIGHTS, lacking_rights
from kubectl_ddfargate.facts.workloads import RESTARTABLE
from kubectl_ddfargate.model.kinds import CLUSTER_ROLE_BINDINGS, CLUSTER_ROLES, PODS
from kubectl_ddfargate.model.report import Category, Evidence, Fix, Severity

CLUSTER_ROLE = "ddfargate-agent-kubelet"
_MOUNT_TOKEN = "# in the pod's spec, where it is made\nautomountServiceAccountToken: true\n"  # noqa: S105


@check(
    "DDF501",
    "Agents may read what they need of their node",
    trouble="ServiceAccounts lack rights to the kubelet",
    severity=Severity.ERROR,
    category=Category.SETTINGS,
    over=each_agent_now_or_next,
    needs=(PODS, CLUSTER_ROLES, CLUSTER_ROLE_BINDINGS),
    nothing="no agent on Fargate",
)
def kubelet_rights(index: Index, group: AgentGroup) -> Problem | None:
    """The workload's ServiceAccount lacks rights that an agent on Fargate needs.

    Symptom: `impossible to reach Kubelet`, `endpoints is forbidden`, 401 or 403 from the kubelet.
    Why: the sidecar acts as the workload's own ServiceAccount, which was made for other things. CoreDNS's, for one,
        may read endpoints and pods, and nothing of nodes.
    Verified: the server's own review of the ServiceAccount where the caller may ask for one, else the RBAC objects.
    Fix: `kubectl ddfargate install`. By hand: bind a ClusterRole with exactly these rights to the ServiceAccount.
    Sources: DataDog/integrations-core eks_fargate/README.md
    """
    lacking = lacking_rights(index, group.namespace, group.service_account)
    if not lacking:
        return None
    account = f"serviceaccount/{group.service_account} -n {group.namespace}"
    shown = ", ".join(f"{right.verb} {right.resource}" for right in lacking)
    seen = Evidence(
        object=account, path="access", observed=f"may not: {shown}", expected="get and list of its node's data"
    )
    return Problem(
        message=f"ServiceAccounts of agents lack {len(lacking)} of the {len(RIGHTS)} rights that an agent needs",
        evidence=(seen,),
        cause=shown,
        fix=Fix(commands=(apply(index, _cluster_role()), apply(index, _binding(group)))),
    )


def _cluster_role() -> str:
    return f"""apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: {CLUSTER_ROLE}
  labels:
    {MANAGED_BY}
rules:
- apiGroups: [""]
  resources: [nodes, namespaces, endpoints]
  verbs: [get, list]
- apiGroups: [""]
  resources: [nodes/metrics, nodes/spec, nodes/stats, nodes/proxy, nodes/pods, nodes/healthz]
  verbs: [get]
"""


def _binding(group: AgentGroup) -> str:
    return f"""apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: {CLUSTER_ROLE}-{group.namespace}-{group.service_account}
  labels:
    {MANAGED_BY}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: {CLUSTER_ROLE}
subjects:
- kind: ServiceAccount
  name: {group.service_account}
  namespace: {group.namespace}
"""


@check(
    "DDF502",
    "Agents have a ServiceAccount token",
    trouble="Agents have no ServiceAccount token",
    severity=Severity.ERROR,
    category=Category.SETTINGS,
    over=each_agent,
    needs=(PODS,),
    nothing="no agent on Fargate",
)
def token_mounted(index: Index, group: AgentGroup) -> Problem | None:
    """No ServiceAccount token is mounted in the agent's container.

    Symptom: the agent can ask neither the API server nor the kubelet.
    Why: `automountServiceAccountToken: false` in the pod or its ServiceAccount keeps the token out of all
        containers, also of one that came in later.
    Verified: the mounts of the agent's container.
    Fix: allow the token in the pod's template, or mount one into the agent's container.
    Sources: https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/
    """
    if has_token(group.container):
        return None
    off = group.spec.automount_service_account_token is False
    observed = "automountServiceAccountToken: false" if off else f"no mount at {TOKEN_PATH}"
    seen = Evidence(
        object=group.ref.address,
        path="spec.automountServiceAccountToken",
        observed=observed,
        expected=f"a token at {TOKEN_PATH} in container {group.container.name}",
    )
    ref = group.ref
    # The pod's own word beats the ServiceAccount's, so this cures both.
    patch = '{"spec":{"template":{"spec":{"automountServiceAccountToken":true}}}}'
    words = ("patch", ref.resource, "-n", ref.namespace, "--type", "merge", "-p", patch)
    patched = ref.kind in RESTARTABLE
    return Problem(
        message="no ServiceAccount token is mounted in the agent's container",
        evidence=(seen,),
        fix=Fix(commands=(rolled_out(index, ref, kubectl(index, *words)),)) if patched else Fix(patch=_MOUNT_TOKEN),
        cause=f"no token, {injected_by(index, ref, group.container)}",
    )
