"""What may keep traffic from the cluster agent: policies, who enforces them, and security groups."""

from __future__ import annotations

import msgspec

from kubectl_ddfargate.model.kube.meta import LabelSelector, Object, Record


class IpBlock(Record, frozen=True):
    """A range of addresses, with holes."""

    cidr: str = ""
    holes: list[str] | None = msgspec.field(default=None, name="except")


class Peer(Record, frozen=True):
    """Who a rule is about. An empty selector takes everything; one that is not there is not asked."""

    pod_selector: LabelSelector | None = None
    namespace_selector: LabelSelector | None = None
    ip_block: IpBlock | None = None


class PolicyPort(Record, frozen=True):
    """A port that a rule is about; without a number all ports of the protocol."""

    port: int | str | None = None
    end_port: int | None = None
    protocol: str | None = None


class IngressRule(Record, frozen=True):
    """One way in. Without peers it is for everybody, without ports for all of them."""

    peers: list[Peer] | None = msgspec.field(default=None, name="from")
    ports: list[PolicyPort] | None = None


class NetworkPolicySpec(Record, frozen=True):
    """`spec` of a NetworkPolicy."""

    pod_selector: LabelSelector | None = None
    policy_types: list[str] | None = None
    ingress: list[IngressRule] | None = None


class NetworkPolicy(Object, frozen=True):
    """A NetworkPolicy."""

    spec: NetworkPolicySpec = msgspec.field(default_factory=NetworkPolicySpec)


class SecurityGroups(Record, frozen=True):
    """The security groups of a policy."""

    group_ids: list[str] | None = None


class SecurityGroupPolicySpec(Record, frozen=True):
    """`spec` of a SecurityGroupPolicy."""

    pod_selector: LabelSelector | None = None
    service_account_selector: LabelSelector | None = None
    security_groups: SecurityGroups | None = None


class SecurityGroupPolicy(Object, frozen=True):
    """What gives pods security groups of their own (aws/amazon-vpc-resource-controller-k8s)."""

    spec: SecurityGroupPolicySpec = msgspec.field(default_factory=SecurityGroupPolicySpec)


_ENFORCING = "--enable-network-policy=true"


class PluginContainer(Record, frozen=True):
    """A container of a node's plugin. Of its arguments only one is looked for, the others are dropped."""

    name: str = ""
    args: list[str] | None = None
    enforces: bool = False
    """Amazon's policy agent is told to enforce NetworkPolicies."""

    def __post_init__(self) -> None:
        """Drop the arguments."""
        if self.args is not None:
            msgspec.structs.force_setattr(self, "enforces", _ENFORCING in self.args)
            msgspec.structs.force_setattr(self, "args", None)


class PluginPodSpec(Record, frozen=True):
    """The containers of a plugin."""

    containers: list[PluginContainer] | None = None


class PluginTemplate(Record, frozen=True):
    """What a plugin's pods are made from."""

    spec: PluginPodSpec = msgspec.field(default_factory=PluginPodSpec)


class PluginSpec(Record, frozen=True):
    """`spec` of a plugin's DaemonSet."""

    template: PluginTemplate = msgspec.field(default_factory=PluginTemplate)


class NodePlugin(Object, frozen=True):
    """A DaemonSet, as far as it tells whether NetworkPolicies are enforced."""

    spec: PluginSpec = msgspec.field(default_factory=PluginSpec)
