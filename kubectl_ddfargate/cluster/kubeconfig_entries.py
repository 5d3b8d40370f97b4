"""The entries of a kubeconfig, as they stand in the file. `repr` shows no value: many are credentials."""

from __future__ import annotations

from typing import Any

import msgspec


class Entry(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """Base of all entries. Unknown keys are ignored, as kubectl does; null is the same as absent."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __rich_repr__(self) -> Any:
        """Rich shows structs by itself otherwise."""
        return iter(())


class Extension(Entry, frozen=True):
    """An extension: only the one of exec plugins is read."""

    name: str = ""
    extension: Any = None


class Cluster(Entry, frozen=True):
    """`clusters[].cluster` (client-go tools/clientcmd/api/v1/types.go)."""

    server: str | None = None
    tls_server_name: str | None = None
    insecure_skip_tls_verify: bool | None = None
    certificate_authority: str | None = None
    certificate_authority_data: str | None = None
    proxy_url: str | None = None
    disable_compression: bool | None = None
    extensions: list[Extension] | None = None


class ExecVariable(Entry, frozen=True):
    """One variable that an exec plugin gets."""

    name: str | None = None
    value: str | None = None


class Exec(Entry, frozen=True, rename="camel"):
    """`users[].user.exec`: a command that answers with credentials."""

    command: str | None = None
    args: list[str] | None = None
    env: list[ExecVariable] | None = None
    api_version: str | None = None
    install_hint: str | None = None
    provide_cluster_info: bool | None = None
    interactive_mode: str | None = None


class AuthProvider(Entry, frozen=True):
    """`users[].user.auth-provider`: what came before exec plugins."""

    name: str | None = None
    config: dict[str, str] | None = None


class User(Entry, frozen=True):
    """`users[].user`."""

    client_certificate: str | None = None
    client_certificate_data: str | None = None
    client_key: str | None = None
    client_key_data: str | None = None
    token: str | None = None
    token_file: str | None = msgspec.field(default=None, name="tokenFile")
    username: str | None = None
    password: str | None = None
    as_: str | None = msgspec.field(default=None, name="as")
    as_uid: str | None = None
    as_groups: list[str] | None = None
    as_user_extra: dict[str, list[str]] | None = None
    auth_provider: AuthProvider | None = None
    exec: Exec | None = None


class Context(Entry, frozen=True):
    """`contexts[].context`."""

    cluster: str | None = None
    user: str | None = None
    namespace: str | None = None


class NamedCluster(Entry, frozen=True):
    """One element of `clusters`."""

    name: str = ""
    cluster: Cluster | None = None


class NamedUser(Entry, frozen=True):
    """One element of `users`."""

    name: str = ""
    user: User | None = None


class NamedContext(Entry, frozen=True):
    """One element of `contexts`."""

    name: str = ""
    context: Context | None = None


class ConfigFile(Entry, frozen=True):
    """One kubeconfig file."""

    kind: str | None = msgspec.field(default=None, name="kind")
    api_version: str | None = msgspec.field(default=None, name="apiVersion")
    clusters: list[NamedCluster] | None = None
    users: list[NamedUser] | None = None
    contexts: list[NamedContext] | None = None
    current_context: str | None = None
