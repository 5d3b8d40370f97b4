"""Builds the TLS settings of connections: whom to trust, and which client certificate to show.

No environment variable turns verification off, and no key stays on a disk.
"""

from __future__ import annotations

import os
import ssl
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kubectl_ddfargate.cluster.identity import Identity
from kubectl_ddfargate.errors import CredentialsError, KubeconfigError

SYSTEM_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/cacert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
"""Where Go looks (crypto/x509/root_linux.go): a bundled Python knows only its build machine's place."""


class SharedContext(ssl.SSLContext):
    """TLS settings that several threads connect with at once.

    urllib3 sets the ALPN protocols anew for each connection. CPython makes a connection's own copy of them with
    the GIL released (`SSL_new` in Modules/_ssl.c), so now and then a handshake would send freed memory, and the
    server ends it with a decode error.
    """

    _alpn_is_set = False

    def set_alpn_protocols(self, alpn_protocols: Iterable[str]) -> None:
        """Set them the first time; leave them alone afterwards."""
        if not self._alpn_is_set:
            super().set_alpn_protocols(alpn_protocols)
            self._alpn_is_set = True


def tls_context(*, ca_pem: bytes | None, insecure: bool) -> ssl.SSLContext:
    """Settings without a client certificate. `ca_pem` None means the machine's own authorities.

    Raises KubeconfigError for authorities that cannot be read.
    """
    # Not create_default_context: from Python 3.13 on it refuses cluster authorities without an AKI,
    # which Go, and so kubectl, accepts.
    context = SharedContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # Go trusts what it is given, root or not
    context.set_alpn_protocols(["http/1.1"])
    if insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif ca_pem is None:
        _trust_the_machine(context)
    else:
        try:
            context.load_verify_locations(cadata=_certificates_only(ca_pem))
        except (ssl.SSLError, ValueError):
            raise KubeconfigError(
                "the certificate authority of the cluster is no PEM certificate",
                hint="check certificate-authority and certificate-authority-data in the kubeconfig",
            ) from None
    return context


def show_certificate(context: ssl.SSLContext, identity: Identity, user_name: str) -> None:
    """Let the context show the identity's client certificate. Raises CredentialsError if it is unusable."""
    if identity.certificate is None:
        return
    try:
        with _as_file(identity.certificate) as certificate, _as_file(identity.key or b"") as key:
            # A password callback, because OpenSSL would ask on the terminal otherwise.
            context.load_cert_chain(certificate, key, password=lambda: b"-")
    except (ssl.SSLError, OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or "NOT_READABLE"
        raise CredentialsError(
            f'the client certificate and key of user "{user_name}" cannot be used: '
            f"{_REASONS.get(reason, 'they are no unencrypted PEM')}",
            hint="check client-certificate and client-key in the kubeconfig, or get new ones",
        ) from None


_REASONS = {"KEY_VALUES_MISMATCH": "the key belongs to another certificate"}


def _trust_the_machine(context: ssl.SSLContext) -> None:
    context.load_default_certs()
    paths = ssl.get_default_verify_paths()
    if paths.cafile is None and paths.capath is None:
        bundle = next((name for name in SYSTEM_BUNDLES if Path(name).is_file()), None)
        if bundle is not None:
            context.load_verify_locations(cafile=bundle)


def _certificates_only(pem: bytes) -> str:
    """The certificate blocks alone: bundles carry comments, in any encoding, between them."""
    begin, end = b"-----BEGIN CERTIFICATE-----", b"-----END CERTIFICATE-----"
    blocks = [begin + part.split(end)[0] + end for part in pem.split(begin)[1:] if end in part]
    if not blocks:
        raise ValueError("no certificate")
    return b"\n".join(blocks).decode("ascii")


@contextmanager
def _as_file(content: bytes) -> Iterator[str]:
    """The content under a path, since OpenSSL takes only paths: memory on Linux, else a file for an instant."""
    if hasattr(os, "memfd_create") and Path("/proc/self/fd").is_dir():
        descriptor = os.memfd_create("ddfargate", os.MFD_CLOEXEC)
        try:
            os.write(descriptor, content)
            yield f"/proc/self/fd/{descriptor}"
        finally:
            os.close(descriptor)
        return
    with tempfile.TemporaryDirectory(prefix="ddfargate-") as folder:  # made with mode 0700
        path = Path(folder, "pem")
        path.touch(mode=0o600)
        path.write_bytes(content)
        yield str(path)
