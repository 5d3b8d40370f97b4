"""What the help of each command says beside its flags: how it is typed, examples, exit codes. Text only.

The examples are commands as they are typed, each under a comment; tests parse every one of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Codes = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class HelpPage:
    """One command's."""

    examples: str
    codes: Codes
    """The exit codes that mean something of their own to it."""


COMMON_CODES: Codes = (
    ("2", "no answer: wrong usage, kubeconfig, unreachable server, an error of ours"),
    ("130", "interrupted"),
)
_USUAL: Codes = (("0", "printed"), ("2", "wrong usage, or it could not be written"))

WORDS: Mapping[str, str] = {
    "doctor": "[TYPE/NAME]",
    "restart": "[TYPE/NAME]...",
    "probe": "[TYPE/NAME]...",
    "snapshot": "-o FILE",
    "explain": "DDFnnn",
    "completion": "install|bash|zsh|fish|powershell",
}
"""What a command takes beside flags."""

ROOT_EXAMPLES = """\
# Find out what is wrong, with a cure for each finding
kubectl ddfargate doctor

# Follow one workload from its template to the cluster agent
kubectl ddfargate doctor deployment/coredns -n kube-system

# See what would be changed, then change it
kubectl ddfargate diff
kubectl ddfargate install --restart
"""

PAGES: Mapping[str, HelpPage] = {
    "doctor": HelpPage(
        """\
# The cluster of the current context
kubectl ddfargate doctor

# One workload, from its template to the cluster agent
kubectl ddfargate doctor deployment/coredns -n kube-system

# In a pipeline: also warnings are a failure
kubectl ddfargate doctor --fail-on warning -o json

# A snapshot that somebody sent
kubectl ddfargate doctor --from cluster.snapshot.gz

# The rights to ask for
kubectl ddfargate doctor --print-rbac
""",
        (
            ("0", "no finding at or above --fail-on; with --wait: once that is so"),
            ("1", "at least one; with --wait: it was not good in time"),
            ("3", "no such finding, but some checks are unknown (--allow-unknown makes it 0)"),
        ),
    ),
    "diff": HelpPage(
        """\
# What install would change, as a diff
kubectl ddfargate diff

# The plan with its reasons
kubectl ddfargate diff -o text

# With another diff program, as kubectl diff
KUBECTL_EXTERNAL_DIFF='colordiff -N -u' kubectl ddfargate diff
""",
        (("0", "the cluster is as install wants it"), ("1", "it differs, or the plan is blocked")),
    ),
    "install": HelpPage(
        """\
# Show the plan, ask, apply it, prove it; then roll the workloads one by one
kubectl ddfargate install --restart

# Only one workload
kubectl ddfargate install --target kube-system/deployment/coredns

# With the settings of a file, and without a question
kubectl ddfargate install -f ddfargate.yaml --yes

# Only show what would be done
kubectl ddfargate install --dry-run=server
""",
        (
            ("0", "applied and proved, or nothing to do"),
            ("1", "blocked, declined, refused by the server, or not proved"),
            ("3", "applied, but of some pods it is not known whether they are older"),
        ),
    ),
    "uninstall": HelpPage(
        """\
# Take away what install made; what running pods still need is kept and named
kubectl ddfargate uninstall

# Roll the pods too, so that all of it goes
kubectl ddfargate uninstall --restart
""",
        (
            ("0", "taken away, or nothing of ours is there"),
            ("1", "blocked, declined, refused by the server, or a workload did not come up"),
            ("3", "it is not known of a workload whether it still has our agent"),
        ),
    ),
    "render": HelpPage(
        """\
# The manifests, with values from a file; no cluster is asked
kubectl ddfargate render -f ddfargate.yaml

# A kustomize folder, with what the cluster shows
kubectl ddfargate render --discover -o datadog-fargate
""",
        (
            ("0", "printed or written"),
            ("1", "with --discover: something in the cluster keeps a value from being settled"),
        ),
    ),
    "restart": HelpPage(
        """\
# Whatever is older than the policy, one workload at a time, CoreDNS last
kubectl ddfargate restart

# One workload, without a question
kubectl ddfargate restart deployment/coredns -n kube-system --yes
""",
        (
            ("0", "restarted, or nothing to do"),
            ("1", "declined, refused, or a workload did not come up"),
            ("3", "not all workloads could be judged"),
        ),
    ),
    "probe": HelpPage(
        """\
# From one pod of each workload with an agent
kubectl ddfargate probe

# From one workload
kubectl ddfargate probe deployment/coredns -n kube-system

# Read before what would run in the containers
kubectl ddfargate probe --show-script
""",
        (
            ("0", "all is reached, or no agent runs"),
            ("1", "something is not reached, or declined"),
            ("3", "not all could be tried"),
        ),
    ),
    "snapshot": HelpPage(
        """\
# Save what doctor reads, without any credential, and diagnose it elsewhere
kubectl ddfargate snapshot -o cluster.snapshot.gz
kubectl ddfargate doctor --from cluster.snapshot.gz
""",
        (("0", "written"),),
    ),
    "explain": HelpPage(
        """\
# Why CoreDNS cannot find the cluster agent, and what cures it
kubectl ddfargate explain DDF101
""",
        _USUAL,
    ),
    "checks": HelpPage(
        """\
# All checks; their ids alone
kubectl ddfargate checks
kubectl ddfargate checks -o name
""",
        _USUAL,
    ),
    "completion": HelpPage(
        """\
# For "kubectl ddfargate", once: kubectl's own completion takes it from there
kubectl ddfargate completion install

# Where the plugin's own folder is not writable: another one that is on PATH
kubectl ddfargate completion install --to ~/.local/bin

# For those who type "kubectl-ddfargate"
source <(kubectl ddfargate completion bash)
source <(kubectl ddfargate completion zsh)
kubectl ddfargate completion fish | source
kubectl ddfargate completion powershell | Out-String | Invoke-Expression
""",
        (("0", "printed or written"), ("2", "wrong usage, or the folder is not writable")),
    ),
    "options": HelpPage(
        """\
# The flags that all commands take that ask a cluster
kubectl ddfargate options
""",
        _USUAL,
    ),
    "version": HelpPage(
        """\
# This tool, the server, and what injects; what of it is supported
kubectl ddfargate version

# Without a cluster
kubectl ddfargate version --client
""",
        (("0", "printed, also where no cluster answers"),),
    ),
}
