"""Says in plain words why no answer came: urllib3's exceptions become ours, and none is shown as it is."""

from __future__ import annotations

import ssl

import urllib3.exceptions as u3

from kubectl_ddfargate.cluster.answers import truncated
from kubectl_ddfargate.cluster.timeouts import Patience
from kubectl_ddfargate.errors import CredentialsError, DdfargateError, UnreachableError

_EXPIRED, _NOT_YET = 10, 9
_UNKNOWN_ISSUER = frozenset({2, 18, 19, 20, 21, 24})
_WRONG_NAME = frozenset({62, 64})
"""OpenSSL's X509_V_ERR numbers (openssl/x509_vfy.h)."""


def is_break(error: BaseException) -> bool:
    """Whether a connection that stood broke off: a GET may be sent again.

    A server that refuses a client certificate may close before its reason has arrived: that is one too.
    """
    return isinstance(error, u3.ProtocolError) or _find(error, ssl.SSLEOFError) is not None


def is_untrusted(error: BaseException) -> bool:
    """Whether we refused the server, and not the server us."""
    return _find(error, ssl.SSLCertVerificationError) is not None


def explain(
    error: Exception, *, server: str, path: str, user_name: str, patience: Patience, certificate_shown: bool
) -> DdfargateError:
    """The error to raise for a failure of urllib3."""
    if isinstance(error, u3.ProxyError):
        return UnreachableError(
            f"the proxy before {server} did not work: {_cause(error)}",
            hint="check proxy-url in the kubeconfig, HTTPS_PROXY and NO_PROXY",
        )
    if isinstance(error, u3.SSLError) and not is_break(error):
        return _tls(error, server, user_name)
    # Before timeouts: urllib3 derives these from ConnectTimeoutError.
    if isinstance(error, u3.NameResolutionError):
        return UnreachableError(
            f"the host of {server} cannot be resolved", hint="check the server's URL, the DNS and the VPN"
        )
    if isinstance(error, u3.NewConnectionError):
        return UnreachableError(
            f"{server} cannot be reached: {_cause(error)}",
            hint="check that the cluster is up, and the network or VPN to it",
        )
    if isinstance(error, u3.ConnectTimeoutError):
        return timed_out(server, patience.silence, connected=False)
    if isinstance(error, (u3.ReadTimeoutError, u3.TimeoutError)):
        return timed_out(server, patience.silence, connected=True)
    if isinstance(error, (u3.IncompleteRead, u3.DecodeError)) or _is_cut(error):
        return truncated(server, path, "it ended too early")
    if is_break(error):
        perhaps = f'; perhaps it does not accept the client certificate of user "{user_name}"'
        return UnreachableError(
            f"{server} broke the connection off: {_cause(error)}{perhaps if certificate_shown else ''}",
            hint="try again; look at proxies between",
        )
    return UnreachableError(
        f"{server} cannot be asked: {type(error).__name__}", hint="check the server's URL in the kubeconfig"
    )


def timed_out(server: str, seconds: float, *, connected: bool) -> UnreachableError:
    """A timeout, as one: who, and after how long."""
    what = "did not answer" if connected else "could not be connected to"
    return UnreachableError(
        f"timeout: {server} {what} within {seconds:g} s",
        hint="check the network or VPN to the cluster, or allow more with --request-timeout",
    )


def _tls(error: u3.SSLError, server: str, user_name: str) -> DdfargateError:
    cause = _find(error, ssl.SSLError)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return _untrusted(cause, server)
    reason = (getattr(cause, "reason", None) or "").upper()
    if ("ALERT" in reason and "CERTIFICATE" in reason) or "UNKNOWN_CA" in reason:
        problem = "has expired" if "EXPIRED" in reason else "was not accepted"
        if "REQUIRED" in reason:
            problem = "is missing"
        return CredentialsError(
            f'the client certificate of user "{user_name}" {problem}, says {server}',
            hint="renew the client certificate of that user, or choose another with --user",
        )
    if reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST"):
        return UnreachableError(
            f"{server} does not speak TLS", hint="check the port, and https:// in the server's URL"
        )
    return UnreachableError(
        f"no TLS connection to {server}: {reason.lower().replace('_', ' ') or 'handshake failed'}",
        hint="look at proxies between here and the server",
    )


def _untrusted(error: ssl.SSLCertVerificationError, server: str) -> UnreachableError:
    code = error.verify_code
    if code == _EXPIRED:
        return UnreachableError(
            f"the certificate of {server} has expired",
            hint="have the API server's certificate renewed, or correct this machine's clock",
        )
    if code == _NOT_YET:
        return UnreachableError(
            f"the certificate of {server} is not valid yet", hint="correct this machine's clock"
        )
    if code in _WRONG_NAME:
        return UnreachableError(
            f"the certificate of {server} is for another name: {error.verify_message}",
            hint="check the server's URL, or name what it is for with --tls-server-name",
        )
    if code in _UNKNOWN_ISSUER:
        return UnreachableError(
            f"the certificate of {server} is not signed by the cluster's certificate authority",
            hint="write the kubeconfig again (on EKS: aws eks update-kubeconfig), or pass --certificate-authority;"
            " a proxy that opens TLS looks the same",
        )
    return UnreachableError(
        f"the certificate of {server} is not trusted: {error.verify_message}",
        hint="write the kubeconfig again, or pass --certificate-authority",
    )


def _is_cut(error: BaseException) -> bool:
    return _find(error, u3.IncompleteRead) is not None


def _find(error: BaseException, kind: type[BaseException]) -> BaseException | None:
    """The first exception of a kind among this one, its arguments and its causes."""
    todo, seen = [error], set[int]()
    while todo:
        current = todo.pop()
        if isinstance(current, kind):
            return current
        if id(current) in seen:
            continue
        seen.add(id(current))
        linked = (*current.args, current.__cause__, current.__context__)
        todo += [other for other in linked if isinstance(other, BaseException)]
    return None


def _cause(error: BaseException) -> str:
    """The operating system's words at the bottom, such as `Connection refused`."""
    cause = _find(error, OSError)
    if cause is None:
        return "the connection failed"
    if str(cause).startswith("Tunnel connection failed"):  # a proxy's refusal, such as 407
        return str(cause)
    if isinstance(cause, ssl.SSLError):  # OpenSSL's words name its source files
        return "it closed the connection"
    return getattr(cause, "strerror", None) or "it closed the connection"
