"""Chooses context, cluster and user from the kubeconfig and lays the flags over them, by kubectl's rules.

client-go tools/clientcmd/client_config.go (getContext, getCluster, getAuthInfo, ConfirmUsable) and
cli-runtime pkg/genericclioptions/config_flags.go. Reads no file and runs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from kubectl_ddfargate.cluster.kubeconfig import Kubeconfig
from kubectl_ddfargate.cluster.kubeconfig_entries import Cluster, Context, User
from kubectl_ddfargate.errors import KubeconfigError, UsageError
from kubectl_ddfargate.model.connection import ConnectionFlags
from kubectl_ddfargate.model.nearest_name import nearest_name


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What was chosen. Cluster and user hold the flags already; nothing is validated yet."""

    context: str | None
    cluster_name: str
    user_name: str
    cluster: Cluster = field(repr=False)
    user: User = field(repr=False)
    namespace: str
    """Empty where neither flag nor context names one."""


def choose(config: Kubeconfig, flags: ConnectionFlags) -> Choice:
    """The context, cluster and user to use.

    Raises KubeconfigError where a flag or the current context names what does not exist, or there is no kubeconfig.
    """
    if not config.files and (flags.context or flags.cluster or flags.user):
        raise no_kubeconfig(config)
    context_name = flags.context or config.current_context
    if context_name and context_name not in config.contexts:
        raise _unknown("context", context_name, config.contexts, config)
    context = config.contexts.get(context_name, Context())
    cluster_name = flags.cluster or context.cluster or ""
    user_name = flags.user or context.user or ""
    if flags.cluster and flags.cluster not in config.clusters:
        raise _unknown("cluster", flags.cluster, config.clusters, config)
    if flags.user and flags.user not in config.users:
        raise _unknown("user", flags.user, config.users, config)
    # kubectl goes on to localhost:8080, or without credentials, where a context names what is not there.
    if cluster_name and cluster_name not in config.clusters and not flags.server:
        raise _dangling("cluster", cluster_name, context_name, config.clusters, config)
    if user_name and user_name not in config.users and not _credentials_typed(flags):
        raise _dangling("user", user_name, context_name, config.users, config)
    return Choice(
        context=context_name or None,
        cluster_name=cluster_name,
        user_name=user_name,
        cluster=lay_over_cluster(config.clusters.get(cluster_name, Cluster()), flags),
        user=lay_over_user(config.users.get(user_name, User()), flags),
        namespace=flags.namespace or context.namespace or "",
    )


def lay_over_cluster(entry: Cluster, flags: ConnectionFlags) -> Cluster:
    """The cluster with the flags' values (client_config.go getCluster).

    A flag about trust replaces everything about trust; --server drops the file's tls-server-name.
    """
    changes: dict[str, Any] = {}
    if flags.server:
        changes["server"] = flags.server
    if flags.disable_compression:
        changes["disable_compression"] = True
    if flags.insecure_skip_tls_verify or flags.certificate_authority:
        changes |= {
            "insecure_skip_tls_verify": flags.insecure_skip_tls_verify,
            "certificate_authority": flags.certificate_authority,
            "certificate_authority_data": None,
        }
    if flags.tls_server_name or flags.server:
        changes["tls_server_name"] = flags.tls_server_name
    return msgspec.structs.replace(entry, **changes)


def lay_over_user(entry: User, flags: ConnectionFlags) -> User:
    """The user with the flags' values (client_config.go getAuthInfo, merge.go).

    What a flag does not name stays as the file has it: `--as` keeps the file's groups, and a file with a
    tokenFile keeps it beside --token.
    """
    changes: dict[str, Any] = {
        name: value
        for name, value in (
            ("token", flags.token),
            ("username", flags.username),
            ("password", flags.password),
            ("as_", flags.as_),
            ("as_uid", flags.as_uid),
            ("as_groups", list(flags.as_group)),
        )
        if value
    }
    if flags.as_user_extra:
        changes["as_user_extra"] = (entry.as_user_extra or {}) | _extras(flags.as_user_extra)
    if flags.client_certificate:
        changes |= {"client_certificate": flags.client_certificate, "client_certificate_data": None}
    if flags.client_key:
        changes |= {"client_key": flags.client_key, "client_key_data": None}
    return msgspec.structs.replace(entry, **changes)


def _extras(texts: tuple[str, ...]) -> dict[str, list[str]]:
    """`key=value` texts by key. kubectl skips a text without `=`; leaving out a restriction is no option."""
    extras: dict[str, list[str]] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise UsageError("--as-user-extra takes key=value", hint="write --as-user-extra scopes=view")
        extras.setdefault(key, []).append(value)
    return extras


def _credentials_typed(flags: ConnectionFlags) -> bool:
    return bool(flags.token or flags.username or flags.client_certificate)


def no_kubeconfig(config: Kubeconfig) -> KubeconfigError:
    """None of the files is there."""
    return KubeconfigError(
        f"no kubeconfig was found; looked at {config.where}",
        hint="set KUBECONFIG or pass --kubeconfig; on EKS: aws eks update-kubeconfig --name CLUSTER",
    )


def _unknown(kind: str, name: str, known: Mapping[str, object], config: Kubeconfig) -> KubeconfigError:
    return KubeconfigError(
        f'{kind} "{name}" does not exist in {config.where}{_did_you_mean(name, known)}',
        hint=_list_of(kind),
    )


def _dangling(
    kind: str, name: str, context: str, known: Mapping[str, object], config: Kubeconfig
) -> KubeconfigError:
    return KubeconfigError(
        f'context "{context}" names the {kind} "{name}", which does not exist in {config.where}'
        f"{_did_you_mean(name, known)}",
        hint=f'correct the context, or add the {kind} "{name}"',
    )


def _did_you_mean(name: str, known: Mapping[str, object]) -> str:
    near = nearest_name(name, known, within=True)
    return f'; did you mean "{near}"?' if near else ""


def _list_of(kind: str) -> str:
    return {
        "context": "list them: kubectl config get-contexts",
        "cluster": "list them: kubectl config get-clusters",
        "user": "list them: kubectl config get-users",
    }[kind]
