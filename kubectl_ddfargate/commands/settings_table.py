"""The settings of an installation, in one table: flags, variables, the file's checks and the docs are made from it.

Loaded by `--help` and completion, so it imports nothing that is slow.
"""

from __future__ import annotations

from kubectl_ddfargate.commands.settings_form import PREFIX, Form, Setting

__all__ = ["GIVEN", "PREFIX", "SETTINGS", "Form", "Setting"]

SETTINGS = (
    Setting(
        paths=("injector",),
        flag="--injector",
        form=Form.CHOICE,
        choices=("auto", "kyverno", "admission-policy", "datadog"),
        help="What puts the agent into pods. auto: by what the cluster has.",
    ),
    Setting(
        paths=("kyvernoKind",),
        flag="--kyverno-kind",
        form=Form.CHOICE,
        choices=("auto", "MutatingPolicy", "ClusterPolicy"),
        help="The kind of Kyverno's policy. auto: by its version.",
    ),
    Setting(
        paths=("targets",),
        flag="--target",
        form=Form.LIST,
        metavar="NAMESPACE/KIND/NAME",
        help="A workload that is to get agents; may be repeated. Default: all on Fargate that keep running.",
    ),
    Setting(
        paths=("selector",),
        flag="--selector",
        short="-l",
        metavar="LABELS",
        help="Only Fargate workloads whose template has these labels: app=web,tier!=db.",
    ),
    Setting(
        paths=("clusterAgent.ip",),
        flag="--cluster-agent-ip",
        metavar="auto|ADDRESS",
        help="The fixed address of the cluster agent. auto: the one there is, else a free one.",
    ),
    Setting(
        paths=("clusterAgent.namespace", "clusterAgent.name"),
        flag="--cluster-agent",
        form=Form.NAMESPACED,
        metavar="NAMESPACE/NAME",
        help="The cluster agent's Deployment. Default: the one that is found.",
    ),
    Setting(
        paths=("clusterAgent.port",),
        flag="--cluster-agent-port",
        form=Form.WHOLE,
        metavar="PORT",
        help="The cluster agent's port. Default: 5005.",
    ),
    Setting(
        paths=("clusterAgent.serviceName",),
        flag="--service-name",
        metavar="NAME",
        help="Name of the fixed Service. Default: datadog-cluster-agent-fixed.",
    ),
    Setting(
        paths=("clusterAgent.selector",),
        help="The labels of the cluster agent's pods, for the fixed Service. Default: as found.",
    ),
    Setting(
        paths=("clusterName",),
        flag="--cluster-name",
        metavar="NAME",
        help="The cluster's name in Datadog. Default: the cluster agent's.",
    ),
    Setting(
        paths=("site",),
        flag="--site",
        metavar="HOST",
        help="Datadog's site: datadoghq.eu. Default: the cluster agent's, else datadoghq.com.",
    ),
    Setting(
        paths=("agent.image",),
        flag="--agent-image",
        metavar="IMAGE",
        help="The agent's image. Default: as the cluster agent's, same version.",
    ),
    Setting(
        paths=("agent.requests.cpu", "agent.limits.cpu"),
        flag="--agent-cpu",
        metavar="QUANTITY",
        help="The agent's CPU, requests and limits: 200m; none: what the pod leaves.",
    ),
    Setting(
        paths=("agent.requests.memory", "agent.limits.memory"),
        flag="--agent-memory",
        metavar="QUANTITY",
        help="The agent's memory, requests and limits: 256Mi.",
    ),
    Setting(
        paths=("agent.env",),
        flag="--agent-env",
        form=Form.VARIABLES,
        metavar="KEY=VALUE",
        help="A further variable of the agent; may be repeated. Never a credential.",
    ),
    Setting(
        paths=("agent.readOnlyRoot",),
        flag="--read-only-root",
        form=Form.SWITCH,
        help="Give the agent a read-only root, and writable volumes where it needs them.",
    ),
    Setting(
        paths=("secrets.mode",),
        flag="--secrets",
        form=Form.CHOICE,
        choices=("copy", "external", "none"),
        help="Where the Secret in each namespace comes from. copy: from the cluster agent's; external: "
        "from a store, or there already; none: not our matter. Default: copy.",
    ),
    Setting(
        paths=("secrets.store.kind", "secrets.store.name"),
        flag="--secret-store",
        form=Form.STORE,
        metavar="[KIND/]NAME",
        help="The store for --secrets external. KIND is ClusterSecretStore (the default) or SecretStore.",
    ),
    Setting(
        paths=("secrets.store.apiKey",),
        help="Where the API key is in the store, a property after `#`. Default: datadog/api-key.",
    ),
    Setting(
        paths=("secrets.store.token",),
        help="Where the cluster agent's token is in the store. Default: datadog/token.",
    ),
    Setting(
        paths=("kubeletRights",),
        flag="--kubelet-rights",
        form=Form.SWITCH,
        negative=True,
        help="Give the pods' ServiceAccounts the rights to ask the kubelet. Default: yes.",
    ),
    Setting(
        paths=("podLabel",),
        flag="--pod-label",
        metavar="KEY=VALUE",
        help="One label that all Fargate pods carry, for the policy to select.",
    ),
    Setting(
        paths=("serviceCidr",),
        flag="--service-cidr",
        metavar="CIDR",
        help="The range of Service addresses, where it cannot be read.",
    ),
    Setting(
        paths=("suppress",),
        help="Findings that doctor -f is to leave out: `DDF319 until=2027-06-30 reason=…`.",
    ),
)
"""In the order of the help."""

GIVEN = tuple(setting for setting in SETTINGS if setting.flag)
"""What a flag or a variable can give."""
