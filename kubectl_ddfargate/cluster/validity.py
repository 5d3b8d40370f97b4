"""Refuses a cluster or user entry that kubectl would refuse. Reads no file and changes nothing.

client-go tools/clientcmd/validation.go (validateClusterInfo, validateAuthInfo), transport/transport.go
(TLSConfigFor) and transport/round_trippers.go (HTTPWrappersForConfig).
"""

from __future__ import annotations

from kubectl_ddfargate.cluster.choice import Choice
from kubectl_ddfargate.cluster.kubeconfig_entries import Cluster, Exec, User
from kubectl_ddfargate.errors import KubeconfigError

INTERACTIVE_MODES = ("Never", "IfAvailable", "Always")
EXEC_GROUP = "client.authentication.k8s.io/"


def check_choice(choice: Choice) -> None:
    """Raises KubeconfigError for contradictions in what was chosen."""
    _check_cluster(f'cluster "{choice.cluster_name}"', choice.cluster)
    _check_user(f'user "{choice.user_name}"', choice.user)


def _check_cluster(name: str, cluster: Cluster) -> None:
    if cluster.certificate_authority and cluster.certificate_authority_data:
        raise _contradiction(name, "certificate-authority and certificate-authority-data")
    if cluster.insecure_skip_tls_verify and (cluster.certificate_authority or cluster.certificate_authority_data):
        raise _contradiction(name, "a certificate authority and insecure-skip-tls-verify")


def _check_user(name: str, user: User) -> None:
    bearer = bool(user.token or user.token_file)
    if bearer and (user.username or user.password):
        raise _contradiction(name, "a token and a user name with password")
    if user.client_certificate or user.client_certificate_data:
        if user.client_certificate and user.client_certificate_data:
            raise _contradiction(name, "client-certificate and client-certificate-data")
        if user.client_key and user.client_key_data:
            raise _contradiction(name, "client-key and client-key-data")
        if not (user.client_key or user.client_key_data):
            raise KubeconfigError(
                f"{name} has a client certificate and no key for it", hint="add client-key or client-key-data"
            )
    if user.exec is not None:
        if user.auth_provider is not None:
            raise _contradiction(name, "an exec plugin and an auth-provider")
        _check_exec(name, user.exec)
    if (user.as_uid or user.as_groups or user.as_user_extra) and not user.as_:
        raise KubeconfigError(
            f"{name} impersonates a group, uid or extra without a user", hint="add --as NAME (kubectl asks it too)"
        )


def _check_exec(name: str, plugin: Exec) -> None:
    if not plugin.command:
        raise KubeconfigError(f"{name}: its exec plugin has no command", hint="add users[].user.exec.command")
    if not plugin.api_version:
        raise KubeconfigError(f"{name}: its exec plugin has no apiVersion", hint=f"add {EXEC_GROUP}v1")
    if any(not variable.name for variable in plugin.env or ()):
        raise KubeconfigError(f"{name}: a variable of its exec plugin has no name", hint="correct exec.env")
    mode = interactive_mode(plugin)
    if mode not in INTERACTIVE_MODES:
        problem = f'has the unknown interactiveMode "{mode}"' if mode else "needs an interactiveMode"
        raise KubeconfigError(
            f"{name}: its exec plugin {problem}", hint=f"write one of {', '.join(INTERACTIVE_MODES)}"
        )


def interactive_mode(plugin: Exec) -> str:
    """The mode, with the default that only the beta versions have (api/v1/defaults.go)."""
    if plugin.interactive_mode:
        return plugin.interactive_mode
    beta = plugin.api_version in (f"{EXEC_GROUP}v1beta1", f"{EXEC_GROUP}v1alpha1")
    return "IfAvailable" if beta else ""


def _contradiction(name: str, both: str) -> KubeconfigError:
    return KubeconfigError(f"{name} has both {both}", hint="keep one of the two; kubectl refuses both as well")
