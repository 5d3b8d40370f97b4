"""What the user typed to say which cluster to talk to, and as whom. Data only: nothing is read or decided here."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class ConnectionFlags:
    """kubectl's connection flags, spelled the same (cli-runtime pkg/genericclioptions/config_flags.go).

    None or an empty value means that the flag was not given. `repr` never shows a credential.
    """

    kubeconfig: str | None = None
    context: str | None = None
    cluster: str | None = None
    user: str | None = None
    namespace: str | None = None
    server: str | None = None
    token: str | None = field(default=None, repr=False)
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    certificate_authority: str | None = None
    client_certificate: str | None = None
    client_key: str | None = None
    insecure_skip_tls_verify: bool = False
    tls_server_name: str | None = None
    as_: str | None = None
    as_group: tuple[str, ...] = ()
    as_uid: str | None = None
    as_user_extra: tuple[str, ...] = ()
    """`key=value` each; the same key may come more than once."""
    request_timeout: str = "0"
    """kubectl's spelling: bare seconds, or Go's durations (`1m30s`). `0` means our own defaults."""
    disable_compression: bool = False
    kuberc: str | None = None
    """The file whose policy on credential plugins is obeyed; nothing else of it is used."""
    cache_dir: str | None = None
    """Where completion keeps names; nothing else is cached."""
    match_server_version: bool = False
    """Accepted so that kubectl's command lines work; our version has nothing to match."""
